"""Reading the raw branches of a tree and writing them back with the same names."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import awkward as ak
import numpy as np
import uproot

Format = Literal["ttree", "rntuple"]
Compression = Literal["zstd", "lz4", "zlib", "lzma", "none"]

COMPRESSIONS = {
    "zstd": uproot.ZSTD(5),
    "lz4": uproot.LZ4(4),
    "zlib": uproot.ZLIB(4),
    "lzma": uproot.LZMA(4),
    "none": None,
}

QUADRATIC = 300
"""Branches from which uproot's ``mktree`` takes seconds a file, growing with their square."""


class SkimWarning(UserWarning):
    """A skim does not hold what was asked for."""


@dataclass(frozen=True)
class Columns:
    """Branches of some entries, and which of them share a counter.

    Attributes
    ----------
    arrays
        Array by branch, without the counters: of NumPy where it is flat, or else of Awkward.
    collections
        Branches by collection, for those that share a counter.
    counters
        Counter branch by collection or lone jagged branch.
    """

    arrays: Mapping[str, Any]
    collections: Mapping[str, tuple[str, ...]]
    counters: Mapping[str, str]


def read_columns(
    tree: Any, branches: Sequence[str], start: int, stop: int, known: Collection[str] = ()
) -> Columns:
    """Read `branches` of entries `start` to `stop` of an open TTree or RNTuple.

    Those in `known` have been read before, so that uproot may remember them. Branches
    that no TTree can hold (doubly jagged ones) are left out with a `SkimWarning` that
    names them.
    """
    counted = _counted(tree, branches)
    wanted = [name for name in branches if name not in set(counted.values())]
    columns = _read(tree, wanted, start, stop, known)
    unwritable = [name for name, array in columns.items() if array.ndim > 2]
    if unwritable:
        message = f"{len(unwritable)} doubly jagged branches are not in the skim: "
        message += ", ".join(unwritable[:5])
        warnings.warn(message, SkimWarning, stacklevel=2)
    columns = {name: columns[name] for name in wanted if name not in unwritable}
    collections = _collections(columns)
    counters = _counters_of(counted, collections)
    # an RNTuple has its counters as plain fields: they are written anew as well
    anew = {_counter(key, counters) for key in collections}
    columns = {name: array for name, array in columns.items() if name not in anew}
    return Columns(columns, collections, counters)


def _read(
    tree: Any, branches: Sequence[str], start: int, stop: int, known: Collection[str]
) -> dict[str, Any]:
    span = {"entry_start": start, "entry_stop": stop}
    # what was read branch by branch uproot remembers by branch, and never for `arrays`
    found = {name: tree[name].array(**span) for name in branches if name in known}
    new = [name for name in branches if name not in known]
    flat = {name for name in new if _is_flat(tree[name])}
    for library, names in (("np", flat), ("ak", [name for name in new if name not in flat])):
        arrays = tree.arrays([*names], **span, library=library, array_cache=None)
        found |= {name: arrays[name] for name in names}
    return {name: found[name] for name in branches}


def _is_flat(branch: Any) -> bool:
    """Tell whether a branch is one number an entry, which NumPy holds at less cost."""
    kind = getattr(branch, "interpretation", None)
    return (
        isinstance(kind, uproot.AsDtype) and not kind.inner_shape and kind.to_dtype.kind in "biuf"
    )


def read_stored(tree: Any, start: int, stop: int) -> Columns:
    """Read entries `start` to `stop` of a tree that `write_tree` wrote, all branches.

    Its collections are those of the file. `read_columns` finds them in the entries
    that it reads, and fewer entries can look more alike.
    """
    branches = tree.keys(recursive=False)
    counted = _counted(tree, branches)
    wanted = [name for name in branches if name not in counted.values()]
    arrays = tree.arrays(wanted, entry_start=start, entry_stop=stop, library="ak")
    columns = {name: arrays[name] for name in wanted}
    members = defaultdict(list)
    for name, array in columns.items():
        # in an RNTuple a lone jagged field has its own counter, and others share that of n<Coll>
        if array.ndim == 2 and f"n{name}" not in columns:
            members[counted.get(name, name.split("_", 1)[0])].append(name)
    collections = {
        names[0].split("_", 1)[0]: tuple(names) for names in members.values() if "_" in names[0]
    }
    return Columns(columns, collections, _counters_of(counted, collections))


def _counters_of(
    counted: Mapping[str, str], collections: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return `counted` with the counter of each collection, where its branches have one."""
    named = {
        name: counted[members[0]]
        for name, members in collections.items()
        if len({counted.get(member) for member in members}) == 1 and members[0] in counted
    }
    return {**counted, **named}


def _counted(tree: Any, branches: Sequence[str]) -> dict[str, str]:
    """Return the counter branch of each jagged branch, where the file has one."""
    found = {}
    for name in branches:
        counter = getattr(tree[name], "count_branch", None)
        if counter is not None:
            found[name] = str(counter.name)
    return found


def _collections(columns: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the jagged branches ``Coll_field`` by ``Coll`` where all lengths agree."""
    groups = defaultdict(list)
    for name, array in columns.items():
        if array.ndim == 2 and "_" in name:
            groups[name.split("_", 1)[0]].append(name)
    return {name: tuple(members) for name, members in groups.items() if _aligned(columns, members)}


def _aligned(columns: Mapping[str, Any], members: Sequence[str]) -> bool:
    first = ak.num(columns[members[0]])
    return all(bool(ak.all(ak.num(columns[member]) == first)) for member in members[1:])


def write_tree(file: Any, name: str, columns: Columns, kind: Format) -> None:
    """Write `columns` as the tree `name` into an open writable file, also if empty."""
    start_tree(file, name, columns, kind)


def start_tree(file: Any, name: str, columns: Columns, kind: Format) -> Callable[[Columns], None]:
    """Write `columns` as `write_tree` does, and return what appends columns of the same form."""
    if kind == "rntuple":
        # given arrays and not types, mkrntuple writes them too
        ntuple = file.mkrntuple(name, {**_counts(columns), **columns.arrays})
        return lambda more: ntuple.extend({**_counts(more), **more.arrays})
    if len(columns.arrays) > QUADRATIC:
        message = f"{len(columns.arrays)} branches make uproot's TTree slow to open for writing: "
        message += "list the needed ones under skim.columns, or use  format: rntuple"
        warnings.warn(message, SkimWarning, stacklevel=3)
    records = _records(columns)
    tree = file.mktree(
        name,
        {
            key: array.dtype if isinstance(array, np.ndarray) else array.type
            for key, array in records.items()
        },
        counter_name=lambda key: _counter(key, columns.counters),
        field_name=lambda outer, inner: inner if outer == "" else f"{outer}_{inner}",
    )
    _append(tree, records)
    return lambda more: _append(tree, _records(more))


def _append(tree: Any, records: Mapping[str, Any]) -> None:
    if any(len(array) for array in records.values()):
        tree.extend(records)


def _counts(columns: Columns) -> dict[str, ak.Array]:
    """Return the counters as columns, which an RNTuple does not make by itself."""
    first = {name: members[0] for name, members in columns.collections.items()}
    together = {branch for members in columns.collections.values() for branch in members}
    first |= {
        name: name
        for name, array in columns.arrays.items()
        if array.ndim == 2 and name not in together
    }
    return {
        _counter(key, columns.counters): ak.values_astype(ak.num(columns.arrays[branch]), "int32")
        for key, branch in first.items()
    }


def _counter(key: str, counters: Mapping[str, str]) -> str:
    return counters.get(key, f"n{key}")


def _plain(array: ak.Array) -> Any:
    """Return a flat array as one of NumPy, which uproot writes faster."""
    flat = isinstance(array.layout, ak.contents.NumpyArray) and array.ndim == 1
    return np.asarray(array) if flat else array


def _records(columns: Columns) -> dict[str, Any]:
    """Return the arrays with each collection zipped, so that it gets one counter."""
    records: dict[str, Any] = {}
    together = {branch: name for name, members in columns.collections.items() for branch in members}
    for branch, array in columns.arrays.items():
        collection = together.get(branch)
        if collection is None:
            records[branch] = array if isinstance(array, np.ndarray) else _plain(array)
        elif collection not in records:
            members = columns.collections[collection]
            prefix = len(collection) + 1
            records[collection] = ak.zip(
                {member[prefix:]: columns.arrays[member] for member in members}
            )
    return records
