from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from coffea_lcf.cutflow import Binning
from coffea_lcf.errors import TableError
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.processing.tabulate import read_table, write_columns
from coffea_lcf.selection import Cut, Selection


def chunk(x: list[float], weight: list[float], start: int = 0, path: str = "a.root") -> Chunk:
    columns = {"x": np.array(x, np.float32), "y": np.zeros(len(x), np.float32)}
    stop = start + len(x)
    return Chunk("d", path, "Events", "uuid", start, stop, columns, np.array(weight))


def test_counting_by_hand() -> None:
    action = CountCuts(
        Selection((Cut("x", "right", 1.0), Cut("x", "left", upper=3.0))),
        {"x": Binning(2, 0.0, 4.0)},
    )
    first = action(chunk([0.5, 1.5, 3.5], [1.0, -2.0, 4.0]))
    second = action(chunk([2.5, np.nan], [3.0, 5.0], start=3))
    flow = first["cutflow"] + second["cutflow"]
    chosen = {"dataset": "d", "kind": "cumulative"}
    assert flow.events("d").tolist() == [5, 3, 2]
    assert flow.weighted[chosen].values().tolist() == [11.0, 5.0, 1.0]
    assert flow.weighted[chosen].variances().tolist() == [55.0, 29.0, 13.0]
    histogram = first["observables"]["x"] + second["observables"]["x"]
    after = [histogram[{"dataset": "d", "stage": stage}].values().tolist() for stage in range(3)]
    assert after == [[-1.0, 7.0], [-2.0, 7.0], [-2.0, 3.0]]


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, dict]:
    late = chunk([3.0, np.inf], [2.0, -1.0], start=2)
    other = chunk([9.0], [0.5], path="b.root")
    early = chunk([1.0, np.nan], [1.0, 1.0])
    entry = write_columns(tmp_path / "d.parquet", [other, late, early], ["a.root", "b.root"])
    manifest = {
        "observables": ["x", "y"],
        "units": {"x": "GeV"},
        "datasets": {"d": {"file": "d.parquet", "label": "signal", **entry}},
    }
    return tmp_path, manifest


def test_rows_come_in_the_order_of_files_and_entries(written: tuple[Path, dict]) -> None:
    table = pq.read_table(written[0] / "d.parquet")
    np.testing.assert_array_equal(table["x"].to_numpy(), [1.0, np.nan, 3.0, np.inf, 9.0])
    assert str(table.schema.field("x").type) == "float"
    assert str(table.schema.field("weight").type) == "double"


def test_sums_and_values_that_are_not_finite(written: tuple[Path, dict]) -> None:
    entry = written[1]["datasets"]["d"]
    assert (entry["events"], entry["sumw"], entry["sumw2"]) == (5, 3.5, 7.25)
    assert entry["nonfinite"] == {"x": 2, "y": 0}
    assert entry["range"] == {"x": pytest.approx([1.02, 8.94]), "y": [0.0, 0.0]}
    json.dumps(entry, allow_nan=False)


def test_observables_without_any_number_have_no_range(tmp_path: Path) -> None:
    entry = write_columns(tmp_path / "d.parquet", [chunk([np.nan], [1.0])], ["a.root"])
    assert entry["range"] == {"y": [0.0, 0.0]}


def test_table_is_read_back_scaled_and_labelled(written: tuple[Path, dict]) -> None:
    table = read_table(*written, {"d": 10.0})
    assert table.weight.tolist() == [10.0, 10.0, 20.0, -10.0, 5.0]
    assert table.label.tolist() == [True] * 5
    assert table.unit("x") == "GeV"
    assert table["x"][4] == 9.0


def test_missing_and_damaged_files(written: tuple[Path, dict]) -> None:
    folder, manifest = written
    (folder / "d.parquet").write_bytes(b"PAR1")
    with pytest.raises(TableError, match=r"cannot read the observables of 'd' from .*d\.parquet"):
        read_table(folder, manifest, {"d": 1.0})
    (folder / "d.parquet").unlink()
    with pytest.raises(TableError, match="cannot read the observables of 'd'"):
        read_table(folder, manifest, {"d": 1.0})


def test_rows_that_the_manifest_does_not_know(written: tuple[Path, dict]) -> None:
    folder, manifest = written
    manifest["datasets"]["d"]["events"] = 4
    with pytest.raises(TableError, match="has 5 rows, the manifest says 4"):
        read_table(folder, manifest, {"d": 1.0})
