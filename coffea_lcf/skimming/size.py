"""What skims would cost: bytes on disk and seconds to read, measured on one chunk."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import uproot

from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.processing.open_files import opened
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.selection import Selection
from coffea_lcf.skimming.branches import select_branches
from coffea_lcf.skimming.trees import (
    COMPRESSIONS,
    Columns,
    Compression,
    Format,
    read_columns,
    read_stored,
    write_tree,
)

SAMPLE = 20_000
"""Most events of a dataset that are measured."""

READS = 2
"""How often a skim is read: the quickest counts, since the first has more to load."""


@dataclass(frozen=True)
class SkimSize:
    """What a skim has and costs.

    Attributes
    ----------
    events
        Events that pass.
    bytes
        Size of the written columns on disk.
    seconds
        Time in which one process reads all of them, from a warm cache.
    """

    events: float
    bytes: float
    seconds: float

    def __add__(self, other: SkimSize) -> SkimSize:
        """Return the size of both."""
        return SkimSize(
            self.events + other.events, self.bytes + other.bytes, self.seconds + other.seconds
        )

    def __mul__(self, factor: float) -> SkimSize:
        """Return the size of `factor` times as many events."""
        return SkimSize(factor * self.events, factor * self.bytes, factor * self.seconds)


@dataclass(frozen=True)
class MeasureSkims:
    """Write the skims of a chunk, read them back, and keep only what that took.

    Parameters
    ----------
    selections
        The cuts of each skim by its name.
    columns, required, format, compression
        As for `coffea_lcf.skimming.skim.WriteSkim`.
    """

    selections: Mapping[str, Selection]
    columns: tuple[str, ...] = ("*",)
    required: tuple[str, ...] = ()
    format: Format = "ttree"
    compression: Compression = "zstd"

    def __call__(self, chunk: Chunk) -> dict[str, dict[str, SkimSize]]:
        """Return the `SkimSize` of each skim, by dataset and name: sizes of chunks add."""
        with opened(chunk.filename, chunk.uuid) as source:
            tree = source[chunk.treename]
            branches = select_branches(tree.keys(recursive=False), self.columns, self.required)
            columns = read_columns(tree, branches, chunk.start, chunk.stop, self.required)
        sizes = {
            name: self._size(columns, np.flatnonzero(selection.mask(chunk.columns)))
            for name, selection in self.selections.items()
        }
        return {chunk.dataset: sizes}

    def _size(self, columns: Columns, rows: np.ndarray[Any, np.dtype[np.intp]]) -> SkimSize:
        kept = {name: array[rows] for name, array in columns.arrays.items()}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "skim.root"
            with uproot.recreate(path, compression=COMPRESSIONS[self.compression]) as target:
                write_tree(target, "Events", replace(columns, arrays=kept), self.format)
            seconds = min(_reading_time(path) for _ in range(READS))
            return SkimSize(float(len(rows)), float(path.stat().st_size), seconds)


def sampled(infos: Iterable[FileInfo], most: int = SAMPLE) -> tuple[FileInfo, ...]:
    """Return the first file of each dataset that has events, with at most so many of them."""
    first: dict[str, FileInfo] = {}
    for info in infos:
        if info.entries:
            first.setdefault(info.dataset, replace(info, entries=min(info.entries, most)))
    return tuple(first.values())


def _reading_time(path: Path) -> float:
    start = time.perf_counter()
    with uproot.open(path) as file:
        tree = file["Events"]
        read_stored(tree, 0, tree.num_entries)
    return time.perf_counter() - start
