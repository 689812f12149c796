"""What a run would read, without reading an event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coffea_lcf.datasets.survey import FileInfo, open_root
from coffea_lcf.processing.chunks import Splitting


@dataclass(frozen=True)
class DatasetPlan:
    """What would be read of one dataset.

    Attributes
    ----------
    files, chunks, events
        How many there are.
    bytes
        Compressed size of the branches that are read, estimated from one file.
    """

    dataset: str
    files: int
    chunks: int
    events: int
    bytes: int


def plan(
    infos: Iterable[FileInfo], branches: Sequence[str], chunksize: int, splitting: Splitting
) -> tuple[DatasetPlan, ...]:
    """Return what a run over `infos` would read, per dataset.

    Raises
    ------
    FilesetError
        If a file cannot be opened any more.
    """
    by_dataset: dict[str, list[FileInfo]] = defaultdict(list)
    for info in infos:
        by_dataset[info.dataset].append(info)
    return tuple(
        _of_dataset(dataset, own, branches, chunksize, splitting)
        for dataset, own in by_dataset.items()
    )


def _of_dataset(
    dataset: str,
    infos: Sequence[FileInfo],
    branches: Sequence[str],
    chunksize: int,
    splitting: Splitting,
) -> DatasetPlan:
    events = sum(info.entries for info in infos)
    # the largest file is the best sample of bytes per event
    sample = max(infos, key=lambda info: info.entries)
    return DatasetPlan(
        dataset=dataset,
        files=len(infos),
        chunks=sum(max(0, len(splitting(info, chunksize)) - 1) for info in infos),
        events=events,
        bytes=round(stored_bytes(sample, branches) * events / max(1, sample.entries)),
    )


def stored_bytes(info: FileInfo, branches: Sequence[str]) -> int:
    """Return the compressed size of `branches` in one file; of all, for an RNTuple."""
    with open_root(info.path, info.dataset) as file:
        tree = file[info.tree]
        if not hasattr(tree, "common_entry_offsets"):
            return int(tree.compressed_bytes)
        present = set(info.branches)
        return sum(int(tree[name].compressed_bytes) for name in branches if name in present)
