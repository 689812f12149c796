from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from coffea_lcf.errors import TableError
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.batches import iterate_tables
from coffea_lcf.processing.tabulate import read_table, write_columns
from coffea_lcf.table import concatenate

SCALES = {"a": 10.0, "b": 0.5}


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    datasets = {}
    for dataset, label, events in (("a", "signal", 25), ("b", "background", 7)):
        x = np.arange(events, dtype=np.float32)
        weight = np.linspace(-1.0, 2.0, events)
        chunk = Chunk(dataset, "f", "Events", "uuid", 0, events, {"x": x, "y": 2 * x}, weight)
        entry = write_columns(tmp_path / f"{dataset}.parquet", [chunk], ["f"])
        datasets[dataset] = {"file": f"{dataset}.parquet", "label": label, **entry}
    manifest = {"observables": ["y", "x"], "units": {"x": "GeV"}, "datasets": datasets}
    return tmp_path, manifest


@pytest.mark.parametrize("rows", [1, 10, 25, 1000])
def test_the_batches_are_the_table(written: tuple[Path, dict[str, Any]], rows: int) -> None:
    batches = list(iterate_tables(*written, SCALES, rows))
    assert all(one[name].flags.writeable for one in batches for name in one)
    table, whole = concatenate(batches), read_table(*written, SCALES)
    assert [len(one) for one in batches] == [
        min(rows, events - start) for events in (25, 7) for start in range(0, events, rows)
    ]
    assert table.names == ("y", "x")
    assert table.unit("x") == "GeV"
    for name in table.names:
        np.testing.assert_array_equal(table[name], whole[name])
        assert table[name].dtype == np.float32
    np.testing.assert_array_equal(table.label, whole.label)
    np.testing.assert_array_equal(table.weight, whole.weight)


def test_a_file_is_opened_when_its_batches_are_asked_for(
    written: tuple[Path, dict[str, Any]],
) -> None:
    folder, _ = written
    batches = iterate_tables(*written, SCALES)
    assert len(next(batches)) == 25
    (folder / "b.parquet").unlink()
    with pytest.raises(TableError, match=r"cannot read the observables of 'b' from .*b\.parquet"):
        next(batches)


def test_files_that_are_damaged_or_others(written: tuple[Path, dict[str, Any]]) -> None:
    folder, manifest = written
    manifest["datasets"]["a"]["events"] = 24
    with pytest.raises(TableError, match=r"a\.parquet has 25 rows, the manifest says 24"):
        list(iterate_tables(folder, manifest, SCALES))
    (folder / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(TableError, match="cannot read the observables of 'a'"):
        list(iterate_tables(folder, manifest, SCALES))


def test_a_batch_needs_rows(written: tuple[Path, dict[str, Any]]) -> None:
    with pytest.raises(TableError, match="rows = 0: a batch needs at least one event"):
        list(iterate_tables(*written, SCALES, 0))


def test_row_groups_are_read_one_after_the_other(written: tuple[Path, dict[str, Any]]) -> None:
    folder, manifest = written
    path = folder / "a.parquet"
    pq.write_table(pq.read_table(path), path, row_group_size=10)
    batches = list(iterate_tables(folder, manifest, SCALES, 8))
    assert [len(one) for one in batches] == [8, 2, 8, 2, 5, 7]
    assert concatenate(batches)["x"].tolist() == [*range(25), *range(7)]
