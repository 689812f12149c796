"""Observables, weights and labels of every event, as Parquet with a manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coffea_lcf.errors import TableError
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.table import ObservableTable
from coffea_lcf.writing import written_beside

WEIGHT = "weight"

RANGE = (0.005, 0.995)
"""Quantiles of the events of a dataset between which an observable is histogrammed."""

ENOUGH = 200_000
"""Events, spread evenly over the dataset, that fix those quantiles."""


def write_columns(path: Path, chunks: list[Chunk], files: Sequence[str]) -> dict[str, Any]:
    """Write the columns and weights of `chunks` to the Parquet file `path`.

    Rows come in the order of `files` and entries, whatever order the executor
    finished the chunks in.

    Returns
    -------
    dict
        ``events``, ``sumw``, ``sumw2``, ``nonfinite`` (values by observable) and
        ``range`` (the quantiles `RANGE` by observable, of those with a finite value).
    """
    place = {path: number for number, path in enumerate(files)}
    ordered = sorted(chunks, key=lambda chunk: (place[chunk.filename], chunk.start))
    columns = {name: [chunk.columns[name] for chunk in ordered] for name in ordered[0].columns}
    weight = [chunk.weight for chunk in ordered]
    table = pa.table({name: pa.chunked_array(parts) for name, parts in columns.items()})
    table = table.append_column(WEIGHT, pa.chunked_array(weight))
    with written_beside(path) as part:
        pq.write_table(table, part, compression="zstd")
    return {
        "events": table.num_rows,
        "sumw": float(sum(part.sum() for part in weight)),
        "sumw2": float(sum(np.square(part).sum() for part in weight)),
        "nonfinite": {
            name: int(sum(np.count_nonzero(~np.isfinite(part)) for part in parts))
            for name, parts in columns.items()
        },
        "range": _ranges(table.select(list(columns))),
    }


def _ranges(table: pa.Table) -> dict[str, list[float]]:
    """Return the quantiles `RANGE` of each column, of which later steps then read no event."""
    step = max(1, table.num_rows // ENOUGH)
    found = {}
    for name in table.column_names:
        values = table[name].to_numpy()[::step]
        finite = values[np.isfinite(values)]
        if len(finite):
            found[name] = [float(edge) for edge in np.quantile(finite, RANGE)]
    return found


def read_table(
    folder: Path, manifest: Mapping[str, Any], scales: Mapping[str, float]
) -> ObservableTable:
    """Return the table of all datasets in `folder`.

    Parameters
    ----------
    folder
        Where `write_columns` wrote one file a dataset.
    manifest
        Its ``manifest.json``.
    scales
        Factor on the weights of each dataset, for instance cross-section ×
        luminosity / Σw.

    Raises
    ------
    TableError
        If a file is missing or does not hold what the manifest says.
    """
    names = list(manifest["observables"])
    columns: dict[str, list[Any]] = {name: [] for name in names}
    label: list[Any] = []
    weight: list[Any] = []
    for dataset, entry in manifest["datasets"].items():
        path = folder / entry["file"]
        try:
            table = pq.read_table(path, columns=[*names, WEIGHT])
        except (OSError, pa.ArrowException) as error:
            raise unreadable(dataset, path, error) from error
        check_events(path, table.num_rows, entry["events"])
        for name in names:
            columns[name].append(table[name].to_numpy())
        weight.append(table[WEIGHT].to_numpy() * scales[dataset])
        label.append(np.full(table.num_rows, entry["label"] == "signal"))
    return ObservableTable.from_arrays(
        {name: np.concatenate(parts) for name, parts in columns.items()},
        label=np.concatenate(label),
        weight=np.concatenate(weight),
        units=manifest["units"],
    )


def check_events(path: Path, found: int, expected: int) -> None:
    """Raise `TableError` if a file has other numbers of rows than its manifest says."""
    if found != expected:
        msg = f"{path} has {found} rows, the manifest says {expected}"
        raise TableError(msg)


def unreadable(dataset: str, path: Path, error: Exception) -> TableError:
    """Return the error of a file of observables that cannot be read."""
    return TableError(f"cannot read the observables of {dataset!r} from {path}: {error}")
