"""Leading large-R jet and event observables: Pythia ntuples, NanoAOD and PHYSLITE."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import awkward as ak
import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import ConfigError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor


@dataclass(frozen=True)
class Layout:
    """Where a file format keeps what NanoAOD calls ``FatJet_*``, and in which unit.

    Parameters
    ----------
    prefix
        What stands before the field of a large-R jet.
    fields
        Fields with another name than in NanoAOD.
    energy
        Factor from the file's energies to GeV.
    """

    prefix: str = "FatJet_"
    fields: Mapping[str, str] = field(default_factory=dict)
    energy: float = 1.0


LAYOUTS = {
    "nanoaod": Layout(),
    "physlite": Layout(
        prefix="AnalysisLargeRJetsAuxDyn.",
        fields={
            "mass": "m",
            "tau1": "Tau1_wta",
            "tau2": "Tau2_wta",
            "tau3": "Tau3_wta",
            "tau4": "Tau4_wta",
            "C2b1": "C2",
            "D2b1": "D2",
        },
        energy=1e-3,
    ),
}

CONSTITUENTS = ("PFCands_pt", "PFCands_eta", "PFCands_phi", "PFCands_mass")
LINKS = ("FatJetPFCands_jetIdx", "FatJetPFCands_pFCandsIdx")
"""Which candidate belongs to which large-R jet, as in PFNano."""

ENERGIES = ("pt", "mass", "msoftdrop", "trimMass", "trimPt")


def ratio(numerator: Any, denominator: Any) -> NDArray[np.float64]:
    """Return ``numerator / denominator``, NaN where the denominator is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def scalar_sum(pt: Any) -> Any:
    """Return the sum over the objects of each event; 0 without any."""
    return ak.sum(pt, axis=1)


def _first(values: Any) -> NDArray[Any]:
    """Return the one value of each event, NaN without any."""
    return np.asarray(ak.to_numpy(ak.fill_none(ak.firsts(values), np.nan)))


def _leading(
    name: str, branches: str, description: str, unit: str = "", **kwargs: Any
) -> Observable:
    needs = tuple(f"FatJet_{one}" for one in branches.split())
    return Observable(name, needs, unit=unit, level="leading", description=description, **kwargs)


class LargeRJets(ObservableProcessor):
    """The leading large-R jet by pT, and the event around it.

    One row an event; an event without such a jet has NaN, which fails every cut.

    Parameters
    ----------
    observables, weight, action
        As for `ObservableProcessor`.
    layout
        ``nanoaod`` (also the Pythia ntuples of ``coffea-lcf generate``) or
        ``physlite``, whose energies are in MeV.

    Raises
    ------
    ConfigError
        For another layout or an unknown observable.
    """

    catalogue: ClassVar[tuple[Observable, ...]] = (
        _leading("jet_pt", "pt", "transverse momentum", "GeV"),
        _leading("jet_eta", "eta", "pseudorapidity"),
        _leading("jet_mass", "mass", "ungroomed mass", "GeV"),
        _leading("softdrop_mass", "msoftdrop", "soft-drop mass", "GeV"),
        _leading("tau21", "tau2 tau1", "N-subjettiness ratio τ2/τ1", function=ratio),
        _leading("tau32", "tau3 tau2", "N-subjettiness ratio τ3/τ2", function=ratio),
        _leading("tau43", "tau4 tau3", "N-subjettiness ratio τ4/τ3", function=ratio),
        _leading("C2_b1", "C2b1", "energy correlation C2, β = 1"),
        _leading("C2_b2", "C2b2", "energy correlation C2, β = 2"),
        _leading("D2_b1", "D2b1", "energy correlation D2, β = 1"),
        _leading("D2_b2", "D2b2", "energy correlation D2, β = 2"),
        _leading("N2_b1", "n2b1", "energy correlation N2, β = 1"),
        _leading("trimmed_mass", "trimMass", "mass after trimming", "GeV"),
        _leading("trimmed_pt", "trimPt", "transverse momentum after trimming", "GeV"),
        _leading("trimmed_C2_b1", "trimC2b1", "C2 after trimming, β = 1"),
        _leading("trimmed_C2_b2", "trimC2b2", "C2 after trimming, β = 2"),
        _leading("trimmed_D2_b1", "trimD2b1", "D2 after trimming, β = 1"),
        _leading("trimmed_D2_b2", "trimD2b2", "D2 after trimming, β = 2"),
        _leading("trimmed_tau21", "trimTau2 trimTau1", "τ2/τ1 after trimming", function=ratio),
        _leading("n_constituents", "nConstituents", "number of constituents"),
        Observable("n_fatjets", ("FatJet_pt",), ak.num, description="number of large-R jets"),
        Observable(
            "fatjet_ht", ("FatJet_pt",), scalar_sum, "GeV", description="ΣpT of large-R jets"
        ),
        Observable("met", ("MET_pt",), unit="GeV", description="missing transverse momentum"),
    )

    def __init__(
        self, observables: Sequence[str | Observable], *, layout: str = "nanoaod", **kwargs: Any
    ) -> None:
        if layout not in LAYOUTS:
            msg = f"layout {layout!r} is not one of {', '.join(LAYOUTS)}"
            raise ConfigError(msg)
        levels = {one.level for one in observables if isinstance(one, Observable)}
        if layout != "nanoaod" and "constituents" in levels:
            msg = f"layout {layout!r} has no constituents that a network could look at"
            raise ConfigError(msg)
        self.layout = LAYOUTS[layout]
        super().__init__(observables, **kwargs)

    @classmethod
    def scored(cls, name: str, scorer: Callable[..., Any]) -> Observable:
        """Return the observable that `scorer` makes of the constituents of the leading jet."""
        return Observable(name, CONSTITUENTS, scorer, level="constituents", description="learned")

    def branch(self, name: str) -> str:
        """Return the branch of this layout for the NanoAOD name `name`."""
        if name.startswith("FatJet_"):
            own = name.removeprefix("FatJet_")
            return self.layout.prefix + self.layout.fields.get(own, own)
        return name

    def needed_branches(self) -> dict[str, tuple[str, ...]]:
        """Return the branches of each observable; the leading jet is chosen by its pT."""
        pt = self.branch("FatJet_pt")
        beside = {"event": (), "leading": (pt,), "constituents": (pt, *LINKS)}
        needed = super().needed_branches()
        return {
            one.name: tuple(dict.fromkeys([*needed[one.name], *beside[one.level]]))
            for one in self.observables
        }

    def reader(self, events: Any) -> Callable[[Observable], list[Any]]:
        """Return what gives an observable its arrays, the leading jet found once."""
        levels = {observable.level for observable in self.observables}
        leading = constituents = None
        if levels - {"event"}:
            leading = ak.argmax(self.read(events, "FatJet_pt"), axis=1, keepdims=True)
        if "constituents" in levels:
            jet, candidate = (self.read(events, name) for name in LINKS)
            constituents = candidate[jet == ak.fill_none(ak.firsts(leading), -1)]

        def arrays(observable: Observable) -> list[Any]:
            values = [self.energies(events, name) for name in observable.branches]
            if observable.level == "leading":
                return [_first(one[leading]) for one in values]
            if observable.level == "constituents":
                return [one[constituents] for one in values]
            return values

        return arrays

    def energies(self, events: Any, name: str) -> Any:
        """Return branch `name` with energies in GeV."""
        values = self.read(events, name)
        scaled = self.layout.energy != 1.0 and name.removeprefix("FatJet_") in ENERGIES
        return values * self.layout.energy if scaled else values
