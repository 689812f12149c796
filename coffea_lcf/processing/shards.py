"""Observables and weights of every event as Parquet, a file a chunk, written by the workers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coffea_lcf.errors import OutputError
from coffea_lcf.processing.pieces import are_there
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.writing import written_beside

WEIGHT = "weight"

RANGE = (0.005, 0.995)
"""Quantiles of the events of a dataset between which an observable is histogrammed."""

ENOUGH = 200_000
"""Events, spread evenly over the dataset, that fix those quantiles."""


@dataclass(frozen=True)
class WriteShard:
    """The action that writes the columns of a chunk; only what sums up goes to the client.

    Parameters
    ----------
    folder
        Where all workers can write.
    every
        By dataset: of how many stored events one tells the client where the observables lie.
    stored
        Of so many events one is stored.
    """

    folder: Path
    every: Mapping[str, int]
    stored: int = 1

    def __call__(self, chunk: Chunk) -> dict[str, list[dict[str, Any]]]:
        """Write the columns of `chunk`; return its shard in a list under its dataset.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        path = self.folder / chunk.dataset / f"{chunk.uuid}_{chunk.start}-{chunk.stop}.parquet"
        kept = stored_rows(chunk.start, self.stored)
        columns = {name: column[kept] for name, column in chunk.columns.items()}
        table = pa.table({**columns, WEIGHT: chunk.weight[kept]})
        with written_beside(path) as part:
            pq.write_table(table, part, compression="zstd")
        sampled = stored_rows(chunk.start, self.stored * self.every[chunk.dataset])
        shard = {
            "file": str(path),
            "bytes": path.stat().st_size,
            "source": chunk.filename,
            "start": chunk.start,
            "rows": table.num_rows,
            "events": len(chunk.weight),
            "sumw": float(chunk.weight.sum()),
            "sumw2": float(np.square(chunk.weight).sum()),
            "nonfinite": {
                name: int(np.count_nonzero(~np.isfinite(column)))
                for name, column in chunk.columns.items()
            },
            "sample": {name: column[sampled] for name, column in chunk.columns.items()},
        }
        return {chunk.dataset: [shard]}


def stored_rows(start: int, every: int) -> slice:
    """Return the rows of a chunk from entry `start` on whose entry is a multiple of `every`."""
    return slice(-start % every, None, every)


def shard_name(number: int) -> str:
    """Return the file name of a shard in the folder of its dataset: in order of the events."""
    return f"{number:06d}.parquet"


def sampling(events: int) -> int:
    """Return of how many of the `events` of a dataset one is sampled."""
    return max(1, events // ENOUGH)


def still_there(output: Mapping[str, Any]) -> bool:
    """Tell whether the shards in an output, by variation and dataset, are as they were written."""
    return all(are_there(shards) for own in output.values() for shards in own.values())


def put_in_place(folder: Path, shards: Sequence[Path]) -> None:
    """Make `folder` hold `shards`, numbered, and nothing else; those stay where they are.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for number, shard in enumerate(shards):
            _linked(shard, part / shard_name(number))
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
    except OSError as error:
        msg = f"cannot write {folder}: {error.strerror or error}\n"
        msg += "  choose a folder that you may write, with free space: --output DIR"
        raise OutputError(msg) from error


def _linked(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def summary(shards: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the manifest says of the `shards` of a dataset, one or more, in order.

    Returns
    -------
    dict
        ``events``, ``sumw``, ``sumw2``, ``nonfinite`` (values by observable), ``range``
        (the quantiles `RANGE` by observable, of those with a finite value), ``shards`` (the
        stored events of each) and ``rows`` (of all of them).
    """
    names = list(shards[0]["sample"])
    return {
        "events": sum(one["events"] for one in shards),
        "sumw": float(sum(one["sumw"] for one in shards)),
        "sumw2": float(sum(one["sumw2"] for one in shards)),
        "nonfinite": {name: sum(one["nonfinite"][name] for one in shards) for name in names},
        "range": _ranges({name: [one["sample"][name] for one in shards] for name in names}),
        "shards": [one["rows"] for one in shards],
        "rows": sum(one["rows"] for one in shards),
    }


def _ranges(samples: Mapping[str, list[Any]]) -> dict[str, list[float]]:
    """Return the quantiles `RANGE` of each column, of which later steps then read no event."""
    found = {}
    for name, parts in samples.items():
        values = np.concatenate(parts)
        finite = values[np.isfinite(values)]
        if len(finite):
            found[name] = [float(edge) for edge in np.quantile(finite, RANGE)]
    return found
