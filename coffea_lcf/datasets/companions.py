"""Branches that coffea's schemas want beside the ones that are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

EVENT_IDS = ("run", "luminosityBlock", "event")
"""NanoAODSchema raises without them."""

FIELDS = ("pt", "eta", "phi", "mass", "x", "y", "z", "charge", "px", "py", "pz", "E")
"""Fields that coffea's behaviours check as soon as any field of a collection is read."""


def with_companions(names: Iterable[str], available: Sequence[str]) -> tuple[str, ...]:
    """Return `names` and their companions, in the order of `available`.

    Companions are the event identifiers, the counter of each collection, and the
    fields of its four-vectors, as far as the file has them. A trimmed file
    without them fails when NanoAODSchema reads its first jet.
    """
    wanted = {*names, *EVENT_IDS}
    collections = {name.split("_", 1)[0] for name in wanted if "_" in name}
    for name in available:
        collection, _, field = name.partition("_")
        own_field = collection in collections and field in FIELDS
        counter = name.startswith("n") and name[1:] in collections
        if own_field or counter:
            wanted.add(name)
    return tuple(name for name in available if name in wanted)
