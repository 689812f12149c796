"""Cutting files into chunks: in equal parts, or where the baskets of the file end."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator

from coffea.processor.executor import WorkItem

from coffea_lcf.datasets.survey import FileInfo, open_root

Splitting = Callable[[FileInfo, int], list[int]]
"""Gives the entries at which a file is cut, from 0 to its last, by the size of a chunk."""


def equal_parts(info: FileInfo, chunksize: int) -> list[int]:
    """Return the edges of equal parts of at most `chunksize` entries."""
    count = -(-info.entries // chunksize)
    return [info.entries * part // count for part in range(count + 1)] if count else []


def whole_clusters(info: FileInfo, chunksize: int) -> list[int]:
    """Return edges that lie where all branches start a new basket.

    No basket is then decompressed for two chunks. Each chunk but the last has at
    least `chunksize` entries, as with coffea's ``align_clusters``.

    Raises
    ------
    FilesetError
        If the file cannot be opened any more.
    """
    edges = [0]
    for offset in _clusters(info):
        if offset >= edges[-1] + chunksize or offset == info.entries > edges[-1]:
            edges.append(offset)
    return edges if info.entries else []


def _clusters(info: FileInfo) -> list[int]:
    with open_root(info.path, info.dataset) as file:
        tree = file[info.tree]
        if hasattr(tree, "common_entry_offsets"):
            return [int(offset) for offset in tree.common_entry_offsets()]
        starts = [int(cluster.num_first_entry) for cluster in tree.cluster_summaries]
        return [*starts, info.entries]


def chunks(
    infos: Iterable[FileInfo], chunksize: int, splitting: Splitting = equal_parts
) -> Iterator[WorkItem]:
    """Yield the work items of coffea, file by file in the order of their entries."""
    for info in infos:
        identifier = uuid.UUID(info.uuid).bytes
        for start, stop in itertools.pairwise(splitting(info, chunksize)):
            yield WorkItem(info.dataset, info.path, info.tree, start, stop, identifier, {})
