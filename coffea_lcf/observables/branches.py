"""Reading a branch by its name in the file, whatever schema the events wear."""

from __future__ import annotations

from typing import Any

import awkward as ak

from coffea_lcf.errors import MissingBranchError, nearest


def read_branch(events: Any, branch: str) -> Any:
    """Return the array of `branch` from coffea events of any schema.

    ``FatJet_tau2`` is ``events["FatJet_tau2"]`` under BaseSchema and
    ``events["FatJet"]["tau2"]`` under NanoAODSchema, where the counter ``nFatJet`` is
    the length of ``events["FatJet"]``;
    ``AnalysisLargeRJetsAuxDyn.pt`` is ``events["LargeRJets"]["pt"]`` under
    PHYSLITESchema. Always by item: as an attribute, ``FatJet.tau2`` is the
    Lorentz property mass², not the branch.

    Raises
    ------
    MissingBranchError
        Naming the nearest branches.
    """
    fields = set(events.fields)
    if branch in fields:
        return events[branch]
    for collection, field in _places(branch):
        if collection in fields and field in events[collection].fields:
            return events[collection][field]
    if branch.startswith("n") and branch[1:] in fields:
        return ak.num(events[branch[1:]], axis=1)
    names = known_branches(events)
    msg = f"{branch} is not among the branches\n  nearest    {nearest(branch, names)}"
    raise MissingBranchError(msg)


def _places(branch: str) -> list[tuple[str, str]]:
    """Return the (collection, field) pairs that a schema may have made of `branch`."""
    if "." in branch:
        prefix, field = branch.split(".", 1)
        return [(prefix.replace("Analysis", "").replace("AuxDyn", "").replace("Aux", ""), field)]
    parts = branch.split("_")
    return [("_".join(parts[:cut]), "_".join(parts[cut:])) for cut in range(1, len(parts))]


def known_branches(events: Any) -> list[str]:
    """Return branch names of `events` in the flat spelling, for messages."""
    names = []
    for field in events.fields:
        inner = events[field].fields
        names += [f"{field}_{name}" for name in inner] if inner else [field]
    return names
