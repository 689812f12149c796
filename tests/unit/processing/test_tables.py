from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from coffea_lcf.errors import TableError
from coffea_lcf.processing import Chunk, tables
from coffea_lcf.processing.shards import WriteShard, put_in_place, shard_name, summary
from coffea_lcf.processing.tables import iterate_tables, read_table
from coffea_lcf.table import concatenate

SCALES = {"a": 10.0, "b": 0.5}

Written = tuple[Path, dict[str, Any]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return two datasets, the first of two shards."""
    datasets = {}
    for dataset, label, edges in (("a", "signal", (0, 15, 25)), ("b", "background", (0, 7))):
        action, shards = WriteShard(tmp_path / "parts", {dataset: 1}), []
        for start, stop in itertools.pairwise(edges):
            x = np.arange(start, stop, dtype=np.float32)
            weight = np.linspace(-1.0, 2.0, edges[-1])[start:stop]
            columns = {"x": x, "y": 2 * x}
            shards += action(Chunk(dataset, "f", "Events", "u", start, stop, columns, weight))[
                dataset
            ]
        put_in_place(tmp_path / dataset, [Path(one["file"]) for one in shards])
        datasets[dataset] = {"folder": dataset, "label": label, **summary(shards)}
    return tmp_path, {"observables": ["y", "x"], "units": {"x": "GeV"}, "datasets": datasets}


def test_the_table_is_scaled_and_labelled(written: Written) -> None:
    table = read_table(*written, SCALES)
    assert table.names == ("y", "x")
    assert table.unit("x") == "GeV"
    assert table["x"].tolist() == [*range(25), *range(7)]
    assert table.label.tolist() == [True] * 25 + [False] * 7
    expected = [*(10 * np.linspace(-1, 2, 25)), *(0.5 * np.linspace(-1, 2, 7))]
    np.testing.assert_array_equal(table.weight, expected)


@pytest.mark.parametrize("every", [2, 3, 10])
def test_a_thinned_table_keeps_evenly_spread_events(written: Written, every: int) -> None:
    table, whole = read_table(*written, SCALES, every), read_table(*written, SCALES)
    assert table["x"].tolist() == [*range(0, 25, every), *range(0, 7, every)]
    kept = [*range(0, 25, every), *range(25, 32, every)]
    np.testing.assert_allclose(table.weight, every * whole.weight[kept])


@pytest.mark.parametrize("rows", [1, 10, 25, 1000])
def test_the_batches_are_the_table(
    written: Written, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS", rows)
    batches = list(iterate_tables(*written, SCALES))
    assert all(one[name].flags.writeable for one in batches for name in one)
    table, whole = concatenate(batches), read_table(*written, SCALES)
    assert [len(one) for one in batches] == [
        min(rows, events - start) for events in (15, 10, 7) for start in range(0, events, rows)
    ]
    assert table.unit("x") == "GeV"
    for name in table.names:
        np.testing.assert_array_equal(table[name], whole[name])
        assert table[name].dtype == np.float32
    np.testing.assert_array_equal(table.label, whole.label)
    np.testing.assert_array_equal(table.weight, whole.weight)


def test_a_file_is_opened_when_its_batches_are_asked_for(written: Written) -> None:
    folder, _ = written
    batches = iterate_tables(*written, SCALES)
    assert [len(next(batches)) for _ in range(2)] == [15, 10]
    (folder / "b" / shard_name(0)).unlink()
    with pytest.raises(TableError, match=r"cannot read the observables of 'b' from .*000000"):
        next(batches)


def test_files_that_are_damaged_gone_or_others(written: Written) -> None:
    folder, manifest = written
    manifest["datasets"]["a"]["shards"][0] = 14
    message = r"000000\.parquet has 15 rows, the manifest says 14"
    with pytest.raises(TableError, match=message):
        list(iterate_tables(folder, manifest, SCALES))
    with pytest.raises(TableError, match=message):
        read_table(folder, manifest, SCALES)
    (folder / "a" / shard_name(0)).write_bytes(b"PAR1")
    for read in (read_table, lambda *all_of: list(iterate_tables(*all_of))):
        with pytest.raises(TableError, match="cannot read the observables of 'a'"):
            read(folder, manifest, SCALES)
    (folder / "a" / shard_name(0)).unlink()
    with pytest.raises(TableError, match="cannot read the observables of 'a'"):
        read_table(folder, manifest, SCALES)


def test_row_groups_are_read_one_after_the_other(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS", 8)
    folder, manifest = written
    path = folder / "a" / shard_name(0)
    pq.write_table(pq.read_table(path), path, row_group_size=10)
    batches = list(iterate_tables(folder, manifest, SCALES))
    assert [len(one) for one in batches] == [8, 2, 5, 8, 2, 7]
    assert concatenate(batches)["x"].tolist() == [*range(25), *range(7)]
