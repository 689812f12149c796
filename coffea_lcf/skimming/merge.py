"""Many small skims made into few large ones, with the same events in the same order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import awkward as ak
import uproot

from coffea_lcf.datasets.survey import RUNS, open_root, trees_in
from coffea_lcf.skimming.trees import (
    COMPRESSIONS,
    Columns,
    Compression,
    Format,
    read_stored,
    start_tree,
)
from coffea_lcf.writing import written_beside

CLUSTER = 50_000
"""Events that are read and written at a time."""

Skim = Mapping[str, Any]
"""What `SkimFile.to_document` returns."""


@dataclass(frozen=True)
class MergedSkim:
    """A file that holds the events of several skims.

    Attributes
    ----------
    dataset, file
        Dataset and path.
    parts
        Names of the skims that it was made of, in the order of their events.
    events, bytes
        Events in it, and its size.
    sumw_before, sumw_after
        Σw of the inputs before and after the selection.
    sumw_runs
        Σw that the ``Runs`` tree of the file tells, 0 where it tells none.
    """

    dataset: str
    file: str
    parts: tuple[str, ...]
    events: int
    bytes: int
    sumw_before: float
    sumw_after: float
    sumw_runs: float

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "parts": list(self.parts)}


def merge_skims(
    skims: Iterable[Skim], target: int, kind: Format, compression: Compression
) -> list[dict[str, Any]]:
    """Merge skims, dataset by dataset, into files of at most `target` bytes.

    Events and entries of ``Runs`` stay in the order of `skims`. Only neighbours of the
    same branches come into one file; a skim that has no such neighbour, or is as
    large as `target` by itself, stays as it is. The skims are left in place, so that
    a kill loses none: remove those that are in no returned document afterwards.

    Parameters
    ----------
    skims
        Documents of `SkimFile`; those of a dataset one after the other, as `in_order`.
    target
        Largest sum of the sizes of the skims in one file. Merged they need less.
    kind, compression
        How the skims are written, and the new files too.

    Returns
    -------
    list of dict
        What lies in the folders then: documents of `MergedSkim`, and of skims that
        stay as they are.

    Raises
    ------
    FilesetError
        If a skim cannot be read.
    OutputError
        If a file cannot be written.
    """
    return [
        dict(group[0]) if len(group) == 1 else _merged(group, kind, compression)
        for group in _groups(skims, target)
    ]


def _groups(skims: Iterable[Skim], target: int) -> Iterator[list[Skim]]:
    """Yield neighbours of one dataset and one layout whose sizes add up to `target` at most."""
    for _, alike in groupby(skims, key=lambda skim: (skim["dataset"], _layout(skim))):
        group: list[Skim] = []
        size = 0
        for skim in alike:
            if group and size + skim["bytes"] > target:
                yield group
                group, size = [], 0
            group.append(skim)
            size += skim["bytes"]
        yield group


def _layout(skim: Skim) -> tuple[Any, ...]:
    """Return the trees of a skim with names and types of their branches."""
    with open_root(skim["file"], skim["dataset"]) as file:
        trees = {name: file[name] for name in trees_in(file)}
        return tuple(
            (name, tuple((key, tree[key].typename) for key in tree.keys(recursive=False)))
            for name, tree in trees.items()
        )


def _merged(group: Sequence[Skim], kind: Format, compression: Compression) -> dict[str, Any]:
    path = Path(group[0]["file"]).with_name(merged_name(group))
    with open_root(group[0]["file"], group[0]["dataset"]) as file:
        names = list(trees_in(file))
    with (
        written_beside(path) as part,
        uproot.recreate(part, compression=COMPRESSIONS[compression]) as target,
    ):
        for name in names:
            _copy(group, target, name, "ttree" if name == RUNS else kind)
    return MergedSkim(
        dataset=group[0]["dataset"],
        file=str(path),
        parts=tuple(Path(one["file"]).name for one in group),
        events=sum(one["events"] for one in group),
        bytes=path.stat().st_size,
        sumw_before=float(sum(one["sumw_before"] for one in group)),
        sumw_after=float(sum(one["sumw_after"] for one in group)),
        sumw_runs=float(sum(one["sumw_runs"] for one in group)),
    ).to_document()


def merged_name(group: Sequence[Skim]) -> str:
    """Return the name of the file for a group: the same for the same skims, and like theirs."""
    names = [Path(one["file"]).name for one in group]
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]
    return f"{group[0]['dataset']}__{digest}__0-{sum(one['events'] for one in group)}.root"


def _copy(group: Sequence[Skim], target: Any, name: str, kind: Format) -> None:
    """Write the entries of the tree `name` of all skims, one after the other, as one tree."""
    append: Callable[[Columns], None] | None = None
    for portions in _clusters(_portions(group, name)):
        if append is None:
            append = start_tree(target, name, _joined(portions), kind)
        else:
            append(_joined(portions))


def _portions(group: Sequence[Skim], name: str) -> Iterator[tuple[int, Columns]]:
    """Yield number and content of at most `CLUSTER` entries at a time, with one file open."""
    for skim in group:
        with open_root(skim["file"], skim["dataset"]) as file:
            tree = file[name]
            for start in range(0, max(1, tree.num_entries), CLUSTER):
                stop = min(start + CLUSTER, tree.num_entries)
                yield stop - start, read_stored(tree, start, stop)


def _clusters(portions: Iterable[tuple[int, Columns]]) -> Iterator[list[Columns]]:
    """Yield neighbouring portions with at most `CLUSTER` entries together."""
    waiting: list[Columns] = []
    entries = 0
    for count, columns in portions:
        if waiting and entries + count > CLUSTER:
            yield waiting
            waiting, entries = [], 0
        waiting.append(columns)
        entries += count
    yield waiting


def _joined(portions: Sequence[Columns]) -> Columns:
    first = portions[0]
    arrays = {name: ak.concatenate([one.arrays[name] for one in portions]) for name in first.arrays}
    return Columns(arrays, first.collections, first.counters)
