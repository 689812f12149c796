"""Leading jets and leptons of NanoAOD, and the event around them."""

from __future__ import annotations

from typing import Any, ClassVar

import awkward as ak

from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor


def highest(values: Any) -> Any:
    """Return the largest value of each event, none without objects."""
    return ak.max(values, axis=1)


def second(values: Any) -> Any:
    """Return the second largest value of each event, none with fewer than two objects."""
    return ak.pad_none(ak.sort(values, axis=1, ascending=False), 2)[:, 1]


def of_hardest(pt: Any, values: Any) -> Any:
    """Return the value of the object with the largest pT, none without objects."""
    return ak.firsts(values[ak.argmax(pt, axis=1, keepdims=True)])


def total(values: Any) -> Any:
    """Return the sum of each event, 0 without objects."""
    return ak.sum(values, axis=1)


def _objects(collection: str, short: str, name: str) -> tuple[Observable, ...]:
    """Return what is asked of each kind of object."""
    pt, eta = f"{collection}_pt", f"{collection}_eta"
    return (
        Observable(f"n_{short}", (pt,), ak.num, description=f"number of {name}s"),
        Observable(f"{short}1_pt", (pt,), highest, "GeV", description=f"pT of the hardest {name}"),
        Observable(f"{short}2_pt", (pt,), second, "GeV", description=f"pT of the second {name}"),
        Observable(f"{short}1_eta", (pt, eta), of_hardest, description=f"η of the hardest {name}"),
    )


class LeadingObjects(ObservableProcessor):
    """The hardest jets, leptons and photons of an event.

    One row an event; an event without such an object has NaN, which fails every cut. The
    objects are those of the file: to select some of them first, override `reader`.
    """

    catalogue: ClassVar[tuple[Observable, ...]] = (
        *_objects("Jet", "jet", "jet"),
        Observable("ht", ("Jet_pt",), total, "GeV", description="ΣpT of the jets"),
        Observable("jet1_mass", ("Jet_pt", "Jet_mass"), of_hardest, "GeV",
                   description="mass of the hardest jet"),
        Observable("btag1", ("Jet_btagDeepFlavB",), highest, description="highest b tag"),
        Observable("btag2", ("Jet_btagDeepFlavB",), second, description="second b tag"),
        *_objects("Muon", "muon", "muon"),
        *_objects("Electron", "electron", "electron"),
        *_objects("Photon", "photon", "photon"),
        *_objects("FatJet", "fatjet", "large-R jet"),
        Observable("met", ("MET_pt",), unit="GeV", description="missing transverse momentum"),
    )  # fmt: skip
