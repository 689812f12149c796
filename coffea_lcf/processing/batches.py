"""The observables of all datasets, some events at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coffea_lcf.errors import TableError
from coffea_lcf.processing.tabulate import WEIGHT, check_events, unreadable
from coffea_lcf.table import ObservableTable

ROWS = 1 << 19
"""Events of a batch: 16 MB of eight observables."""


def iterate_tables(
    folder: Path, manifest: Mapping[str, Any], scales: Mapping[str, float], rows: int = ROWS
) -> Iterator[ObservableTable]:
    """Yield the events that `read_table` returns, in the same order, at most `rows` at a time.

    A table holds events of one row group of a file.

    Parameters
    ----------
    folder
        Where `write_columns` wrote one file a dataset.
    manifest
        Its ``manifest.json``.
    scales
        Factor on the weights of each dataset, for instance cross-section ×
        luminosity / Σw.
    rows
        Most events of a table, positive.

    Raises
    ------
    TableError
        If `rows` is not positive, or a file is missing or does not hold what the
        manifest says.
    """
    if rows < 1:
        msg = f"rows = {rows}: a batch needs at least one event"
        raise TableError(msg)
    for dataset, entry in manifest["datasets"].items():
        path = folder / entry["file"]
        columns = [*manifest["observables"], WEIGHT]
        try:
            with pq.ParquetFile(path) as file:
                check_events(path, file.metadata.num_rows, entry["events"])
                made = partial(_table, manifest, entry["label"] == "signal", scales[dataset])
                for group in range(file.num_row_groups):
                    # a reader of several groups keeps what it read of all of them
                    batches = file.iter_batches(rows, [group], columns, use_threads=False)
                    # unlike a loop, a map holds no batch while the next is read
                    yield from map(made, batches)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(dataset, path, error) from error


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
