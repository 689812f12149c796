"""The observables that files offer: those of a supplied processor, and their flat branches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import awkward as ak

from coffea_lcf.observables import Observable
from coffea_lcf.observables.observable import same
from coffea_lcf.workflow.init.formats import Format
from coffea_lcf.workflow.inspect import Inspection, what_it_can

IDENTIFIERS = re.compile(
    r"(^|_)(run|event|lumi|luminosityBlock|bunchCrossing)$|(run|event|channel)Number$|lumiBlock$",
    re.IGNORECASE,
)
"""Names of branches that say which event it is."""

TRUTH = re.compile(
    r"(^n?|_)(Generator|MC|(Gen|LHE|Truth|HTXS|gen|lhe|truth|mc)(?=[A-Z_]|$))"
    r"|[a-z](Gen|LHE|Truth)(?=[A-Z_])"
)
"""In the names of branches that data do not have: of the generator, not of the detector."""

CONDITIONS = re.compile(
    r"^PV_|^OtherPV_|^fixedGridRho|^Pileup|npvs|NPrimaryVertices|weight|Weight|^L1PreFiring"
)
"""In the names of branches that differ between samples by how they were taken or simulated."""

IN_GEV = ("_pt", "_mass", "_sumEt", "HT")
"""Ends of the names of branches in GeV, in NanoAOD."""


def shared(files: Sequence[Inspection]) -> set[str]:
    """Return the branches that all `files` have."""
    return set.intersection(*(set(one.branches) for one in files))


def offered(
    first: Sequence[Inspection], layout: Format
) -> tuple[tuple[Observable, ...], tuple[Observable, ...]]:
    """Return the processor's observables that all of `first` allow, and the flat branches."""
    present = shared(first)
    known, _ = what_it_can(layout.processor(), present, **layout.options)
    if layout.kind and not layout.nanoaod:
        return known, ()  # what PHYSLITE has besides objects is not for cuts
    types = {name: kind for name, kind in first[0].branches.items() if name in present}
    said = {*_said(known), *(one.name for one in known)}
    flat = _event_level(types, layout)
    return known, tuple(one for one in flat if not said & {one.name, one.branches[0]})


def _said(known: Iterable[Observable]) -> set[str]:
    """Return the event-level branches that some observables repeat: themselves, and counters."""
    branches = {one.branches[0] for one in known if one.function is same and one.level == "event"}
    counted = {one.branches[0] for one in known if one.function is ak.num}
    return branches | {f"n{name.rpartition('_')[0]}" for name in counted}


def _event_level(types: Mapping[str, str], layout: Format) -> tuple[Observable, ...]:
    """Return the branches with one number an event, by a name that a cut can have."""
    found: dict[str, Observable] = {}
    for branch, kind in types.items():
        name = re.sub(r"\W", "_", branch, flags=re.ASCII)
        if _is_number(branch, kind) and name.isidentifier():
            unit = "GeV" if layout.nanoaod and branch.endswith(IN_GEV) else ""
            found.setdefault(name, Observable(name, (branch,), unit=unit))
    return tuple(found.values())


def _is_number(branch: str, kind: str) -> bool:
    """Tell an event-level number that a selection may use from all others."""
    plain = re.fullmatch(r"(std::)?(float|double|u?int\d*_t)", kind)  # std:: in an RNTuple
    barred = any(one.search(branch) for one in (IDENTIFIERS, TRUTH, CONDITIONS))
    return bool(plain) and not barred
