"""The jets of ``coffea-lcf generate top_tagging`` for the benchmarks of networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import awkward as ak
import numpy as np
import uproot

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.datasets.generation.jets import cluster_sequence
from coffea_lcf.datasets.generation.particles import records
from coffea_lcf.table import ObservableTable

MOMENTUM = ("pt", "eta", "phi", "mass")
HAND_MADE = ("pt", "mass", "tau1", "tau21", "tau32", "n_constituents")
RADIUS, SUBJETS, ANGULARITIES = 0.8, 7, (0.5, 1.0, 2.0)
Columns = dict[str, np.ndarray]
GROUPED = 2000
"""Jets whose N-subjettiness is computed at a time."""


@dataclass(frozen=True, eq=False)
class Jets:
    """Jets: their constituents and their observables, row by row."""

    cloud: ParticleCloud
    observables: ObservableTable

    def __len__(self) -> int:
        return len(self.cloud)

    def select(self, rows: np.ndarray | slice) -> Jets:
        """Return the jets `rows`."""
        return Jets(self.cloud.select(rows), self.observables.select(rows))


def load(
    folder: Path, jets: int, constituents: int, further: Callable[..., Columns] | None = None
) -> Jets:
    """Return the first `jets` top jets in `folder`, then as many QCD jets.

    Observables beside the hand-made ones are those that `further` makes of the constituents,
    by default the multi-body basis.
    """
    parts = [_read(folder / f"{name}.root", jets) for name in ("top", "qcd")]
    label = np.repeat([True, False], [len(part) for part in parts])
    return _jets(ak.concatenate(parts), label, constituents, further or multibody)


def read(path: Path, jets: int | None, constituents: int) -> Jets:
    """Return the first `jets` jets of one file, or all, with the hand-made observables.

    Their label says nothing: it is False.
    """
    part = _read(path, jets)
    return _jets(part, np.zeros(len(part), bool), constituents, lambda _: {})


def multibody(inside: ak.Array) -> Columns:
    """Return τ_N^β of the multi-body basis: N = 1..6 with β = 1/2, 1, 2 and N = 7 with β = 1, 2.

    Axes are those of the exclusive kT algorithm; masses and pt are with the hand-made ones.
    """
    columns: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(inside), GROUPED):
        whole = cluster_sequence(inside[start : start + GROUPED], "cambridge", 10.0)
        for beta in ANGULARITIES:
            tau = ak.to_numpy(
                whole.njettiness(
                    measure_definition="NormalizedMeasure",
                    axes_definition="KT_Axes",
                    njets=list(range(1, SUBJETS + 1)),
                    beta=beta,
                    R0=RADIUS,
                )
            )
            for number, column in enumerate(tau.T, start=1):
                columns.setdefault(f"tau{number}_beta{beta:g}", []).append(column)
    del columns[f"tau{SUBJETS}_beta0.5"]
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _jets(
    jets: ak.Array, label: np.ndarray, constituents: int, further: Callable[..., Columns]
) -> Jets:
    momenta = (jets.inside[name] for name in MOMENTUM)
    return Jets(
        ParticleCloud.from_jagged(*momenta, size=constituents),
        ObservableTable.from_arrays(_observables(jets) | further(jets.inside), label),
    )


def _read(path: Path, jets: int | None) -> ak.Array:
    names = [f"FatJet_{name}" for name in (*MOMENTUM, "tau1", "tau2", "tau3", "nTrueConstituents")]
    candidates = [f"PFCands_{name}" for name in MOMENTUM]
    with uproot.open(path) as file:
        events = file["Events"].arrays([*names, *candidates], entry_stop=jets)
    # one jet an event: its candidates are its constituents
    inside = records(**{name: ak.values_astype(events[f"PFCands_{name}"], np.float64)
                        for name in MOMENTUM})  # fmt: skip
    return ak.zip(
        {**{name.removeprefix("FatJet_"): events[name][:, 0] for name in names}, "inside": inside},
        depth_limit=1,
    )


def _observables(jets: ak.Array) -> Columns:
    tau = [ak.to_numpy(jets[f"tau{number}"]) for number in (1, 2, 3)]
    return {
        "pt": ak.to_numpy(jets.pt),
        "mass": ak.to_numpy(jets.mass),
        "tau1": tau[0],
        "tau21": np.divide(tau[1], tau[0], out=np.zeros_like(tau[0]), where=tau[0] > 0),
        "tau32": np.divide(tau[2], tau[1], out=np.zeros_like(tau[1]), where=tau[1] > 0),
        "n_constituents": ak.to_numpy(jets.nTrueConstituents),
    }
