from __future__ import annotations

import errno
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from coffea_lcf.errors import OutputError
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.shards import (
    ENOUGH,
    WriteShard,
    put_in_place,
    sampling,
    still_there,
    summary,
)


def chunk(x: list[float], weight: list[float], start: int = 0, path: str = "a.root") -> Chunk:
    columns = {"x": np.array(x, np.float32), "y": np.zeros(len(x), np.float32)}
    stop = start + len(x)
    return Chunk("d", path, "Events", path, start, stop, columns, np.array(weight))


def write(folder: Path, *chunks: Chunk, every: int = 1) -> list[dict[str, Any]]:
    action = WriteShard(folder, {"d": every})
    return [shard for one in chunks for shard in action(one)["d"]]


@pytest.fixture
def shards(tmp_path: Path) -> list[dict[str, Any]]:
    first = chunk([1.0, np.nan], [1.0, 1.0])
    second = chunk([3.0, np.inf], [2.0, -1.0], start=2)
    return write(tmp_path, first, second, chunk([9.0], [0.5], path="b.root"))


def test_a_shard_holds_the_columns_and_the_weight(shards: list[dict[str, Any]]) -> None:
    table = pq.read_table(shards[1]["file"])
    np.testing.assert_array_equal(table["x"].to_numpy(), [3.0, np.inf])
    assert table["weight"].to_pylist() == [2.0, -1.0]
    assert str(table.schema.field("x").type) == "float"
    assert str(table.schema.field("weight").type) == "double"


def test_sums_and_values_that_are_not_finite(shards: list[dict[str, Any]]) -> None:
    entry = summary(shards)
    assert (entry["events"], entry["sumw"], entry["sumw2"]) == (5, 3.5, 7.25)
    assert entry["nonfinite"] == {"x": 2, "y": 0}
    assert entry["range"] == {"x": pytest.approx([1.02, 8.94]), "y": [0.0, 0.0]}
    assert entry["shards"] == [2, 2, 1]
    json.dumps(entry, allow_nan=False)


def test_observables_without_any_number_have_no_range(tmp_path: Path) -> None:
    assert summary(write(tmp_path, chunk([np.nan], [1.0])))["range"] == {"y": [0.0, 0.0]}


def test_the_sample_does_not_depend_on_the_chunks(tmp_path: Path) -> None:
    x = [float(value) for value in range(20)]
    for edges in ((0, 20), (0, 1, 2, 9, 20), (0, 7, 14, 20)):
        parts = [
            chunk(x[start:stop], [1.0] * (stop - start), start)
            for start, stop in itertools.pairwise(edges)
        ]
        sampled = [one["sample"]["x"] for one in write(tmp_path, *parts, every=3)]
        assert np.concatenate(sampled).tolist() == [0, 3, 6, 9, 12, 15, 18]


def test_few_events_are_all_sampled() -> None:
    assert sampling(0) == sampling(ENOUGH) == 1
    assert sampling(10 * ENOUGH) == 10


def test_shards_in_place_and_the_earlier_ones_gone(
    shards: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder = tmp_path / "table" / "d"
    put_in_place(folder, [Path(shard["file"]) for shard in shards])
    put_in_place(folder, [Path(shard["file"]) for shard in reversed(shards[:2])])
    assert sorted(path.name for path in folder.iterdir()) == ["000000.parquet", "000001.parquet"]
    np.testing.assert_array_equal(pq.read_table(folder)["x"].to_numpy(), [3, np.inf, 1, np.nan])
    assert [path.name for path in folder.parent.iterdir()] == ["d"]
    assert still_there({"nominal": {"d": shards}})


def test_a_file_system_without_links(
    shards: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    put_in_place(tmp_path / "table" / "d", [Path(shard["file"]) for shard in shards])
    assert pq.read_table(tmp_path / "table" / "d").num_rows == 5


def test_a_folder_that_cannot_be_written(shards: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*file/d: Not a directory"):
        put_in_place(tmp_path / "file" / "d", [Path(shards[0]["file"])])


def test_a_shard_that_is_gone_is_noticed(shards: list[dict[str, Any]]) -> None:
    Path(shards[2]["file"]).unlink()
    assert not still_there({"nominal": {"d": shards}})
    assert still_there({"nominal": {"d": shards[:2]}})
