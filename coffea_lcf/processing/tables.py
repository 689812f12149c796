"""The observables of all datasets, read from their shards: at once, thinned, or in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coffea_lcf.errors import TableError
from coffea_lcf.processing.shards import WEIGHT, shard_name
from coffea_lcf.table import ObservableTable

ROWS = 1 << 19
"""Most events of a batch: 16 MB of eight observables."""


def read_table(
    folder: Path, manifest: Mapping[str, Any], scales: Mapping[str, float], every: int = 1
) -> ObservableTable:
    """Return the table of all datasets in `folder`.

    Parameters
    ----------
    folder
        Where the manifest lies, and a folder of shards a dataset.
    manifest
        Its ``manifest.json``.
    scales
        Factor on the weights of each dataset, for instance cross-section ×
        luminosity / Σw.
    every
        Of so many stored events of a dataset one is kept, and weighs as much more.

    Raises
    ------
    TableError
        If a file is missing or does not hold what the manifest says.
    """
    names = list(manifest["observables"])
    columns: dict[str, list[Any]] = {name: [] for name in [*names, WEIGHT]}
    label: list[Any] = []
    for dataset, entry in manifest["datasets"].items():
        first = 0
        for path, events in _shards(folder, entry):
            try:
                table = pq.read_table(path, columns=[*names, WEIGHT], use_threads=False)
            except (OSError, pa.ArrowException) as error:
                raise _unreadable(dataset, path, error) from error
            _check_events(path, table.num_rows, events)
            kept = slice(-first % every, None, every)
            for name in names:
                columns[name].append(table[name].to_numpy()[kept])
            weight = table[WEIGHT].to_numpy()[kept] * (scales[dataset] * every)
            columns[WEIGHT].append(weight)
            label.append(np.full(len(weight), entry["label"] == "signal"))
            first += events
    return ObservableTable.from_arrays(
        {name: np.concatenate(columns[name]) for name in names},
        label=np.concatenate(label),
        weight=np.concatenate(columns[WEIGHT]),
        units=manifest["units"],
    )


def iterate_tables(
    folder: Path, manifest: Mapping[str, Any], scales: Mapping[str, float]
) -> Iterator[ObservableTable]:
    """Yield the events that `read_table` returns, in the same order, at most `ROWS` at a time.

    A table holds events of one row group of a file. Parameters are those of `read_table`.

    Raises
    ------
    TableError
        If a file is missing or does not hold what the manifest says.
    """
    columns = [*manifest["observables"], WEIGHT]
    for dataset, entry in manifest["datasets"].items():
        made = partial(_table, manifest, entry["label"] == "signal", scales[dataset])
        for path, events in _shards(folder, entry):
            try:
                with pq.ParquetFile(path) as file:
                    _check_events(path, file.metadata.num_rows, events)
                    for group in range(file.num_row_groups):
                        # a reader of several groups keeps what it read of all of them
                        batches = file.iter_batches(ROWS, [group], columns, use_threads=False)
                        # unlike a loop, a map holds no batch while the next is read
                        yield from map(made, batches)
            except (OSError, pa.ArrowException) as error:
                raise _unreadable(dataset, path, error) from error


def _table(
    manifest: Mapping[str, Any], signal: bool, scale: float, batch: pa.RecordBatch
) -> ObservableTable:
    def values(name: str) -> Any:
        # Arrow's own memory is read-only, which tensors cannot be
        return np.array(batch.column(name))

    return ObservableTable.from_arrays(
        {name: values(name) for name in manifest["observables"]},
        label=np.full(batch.num_rows, signal),
        weight=values(WEIGHT) * scale,
        units=manifest["units"],
    )


def _shards(folder: Path, entry: Mapping[str, Any]) -> Iterator[tuple[Path, int]]:
    """Yield path and number of events of each shard of a dataset."""
    for number, events in enumerate(entry["shards"]):
        yield folder / entry["folder"] / shard_name(number), events


def _check_events(path: Path, found: int, expected: int) -> None:
    if found != expected:
        msg = f"{path} has {found} rows, the manifest says {expected}"
        raise TableError(msg)


def _unreadable(dataset: str, path: Path, error: Exception) -> TableError:
    return TableError(f"cannot read the observables of {dataset!r} from {path}: {error}")
