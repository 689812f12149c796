"""From a batch of Pythia events to the columns of the events that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from coffea_lcf.datasets.generation.detector import measure
from coffea_lcf.datasets.generation.jets import constituents, find_jets, in_window
from coffea_lcf.datasets.generation.matching import match
from coffea_lcf.datasets.generation.ntuple import storable
from coffea_lcf.datasets.generation.partons import hard_process
from coffea_lcf.datasets.generation.processes import Process
from coffea_lcf.datasets.generation.shower import is_neutrino, stable_particles
from coffea_lcf.datasets.generation.substructure import substructure

MAX_ABS_ETA = 5.0
"""Acceptance for generated particles where there is no detector."""

SMALL_RADIUS, SMALL_MIN_PT = 0.4, 30.0

MOMENTUM = ("pt", "eta", "phi", "mass")


@dataclass(frozen=True)
class Reconstructed:
    """The selected events of a batch; `index` (from 0) are their places in the batch."""

    index: npt.NDArray[np.int64]
    info: ak.Array
    hard: ak.Array
    neutrinos: ak.Array
    candidates: ak.Array
    jets: ak.Array


def reconstruct(
    events: ak.Array, process: Process, pythia: Any, rng: np.random.Generator
) -> Reconstructed:
    """Pass a batch through the detector, find its large-R jets and select events."""
    stable = stable_particles(events, pythia)
    unseen = is_neutrino(stable)
    candidates = stable[~unseen]
    if process.detector is None:
        candidates = candidates[abs(candidates.eta) < MAX_ABS_ETA]
    else:
        candidates = measure(candidates, process.detector, rng)
    hard = hard_process(events)
    jets = find_jets(candidates, process.radius, process.stored.pt[0])
    jets = match(jets, hard, process.radius, process.resonance)
    stored = jets[in_window(jets, process.stored)][:, : process.max_jets]
    kept = ak.num(stored) > 0
    if process.leading is not None:
        kept = kept & ak.any(in_window(jets[:, :1], process.leading), axis=1)
    index = np.flatnonzero(ak.to_numpy(kept))
    return Reconstructed(
        index, events.info[index], hard[index], stable[unseen][index], candidates[index],
        stored[index],
    )  # fmt: skip


def event_columns(batch: Reconstructed, process: Process, *, with_constituents: bool) -> ak.Array:
    """Return one record per selected event, ready for the file; event counts in the batch."""
    inside = constituents(batch.candidates, batch.jets)
    stored = inside[:, : process.max_constituents]
    seen, unseen = batch.candidates, batch.neutrinos
    columns = {
        "event": batch.index,
        "genWeight": np.ones(len(batch.index)),
        **_transverse("MET", -ak.sum(seen.px, axis=1), -ak.sum(seen.py, axis=1)),
        **_transverse("GenMET", ak.sum(unseen.px, axis=1), ak.sum(unseen.py, axis=1)),
        **_generator(batch.info),
        "FatJet": _fat_jets(batch.jets, inside, stored, process),
        "Jet": find_jets(seen, SMALL_RADIUS, SMALL_MIN_PT)[[*MOMENTUM]],
    }
    if with_constituents:
        columns |= {
            **_jet_candidates(batch.jets, stored),
            "GenPart": batch.hard[[*MOMENTUM, "pdgId", "status", "genPartIdxMother"]],
        }
    return storable(ak.zip(columns, depth_limit=1))


def _transverse(name: str, px: ak.Array, py: ak.Array) -> dict[str, ak.Array]:
    return {f"{name}_pt": np.hypot(px, py), f"{name}_phi": np.arctan2(py, px)}


def _generator(info: ak.Array) -> dict[str, ak.Array]:
    return {
        "Generator_scalePDF": np.sqrt(info.Q2Fac),
        **{f"Generator_{name}": info[name] for name in ("id1", "id2", "x1", "x2")},
    }


def _fat_jets(jets: ak.Array, inside: ak.Array, stored: ak.Array, process: Process) -> ak.Array:
    shapes = substructure(inside, process.radius, process.trim_radius, process.trim_fraction)
    sizes = ak.num(jets)
    return ak.zip(
        {
            **{name: jets[name] for name in MOMENTUM},
            **{name: ak.unflatten(values, sizes) for name, values in shapes.items()},
            "nConstituents": ak.unflatten(ak.num(stored), sizes),
            "nTrueConstituents": ak.unflatten(ak.num(inside), sizes),
            "matchedId": jets.matchedId,
            "nMatchedPartons": jets.nMatchedPartons,
        }
    )


def _jet_candidates(jets: ak.Array, stored: ak.Array) -> dict[str, ak.Array]:
    per_jet = ak.unflatten(stored, ak.num(jets))
    candidates = ak.flatten(per_jet, axis=2)
    jet_index = ak.broadcast_arrays(ak.local_index(per_jet, axis=1), per_jet.pt)[0]
    return {
        "PFCands": candidates[[*MOMENTUM, "pdgId", "charge"]],
        "FatJetPFCands": ak.zip(
            {"jetIdx": ak.flatten(jet_index, axis=2), "pFCandsIdx": ak.local_index(candidates)}
        ),
    }
