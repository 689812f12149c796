from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.errors import OutputError
from coffea_lcf.processing import Chunk
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.skimming import WriteSkim, fileset
from coffea_lcf.skimming.skim import clear

UUID = "9d9a817e-e681-11f1-96ba-02fc00000001"


@pytest.fixture
def chunk(tmp_path: Path) -> Chunk:
    """Return entries 0 to 3 of a file with four events, two of which pass x > 1."""
    x = np.array([0.5, 1.5, 2.5, 9.0], np.float32)
    with uproot.recreate(tmp_path / "in.root") as file:
        file.mktree("Events", {"x": "float32", "y": "int32"}).extend({"x": x, "y": np.arange(4)})
        file.mktree("Runs", {"genEventSumw": "float64"}).extend({"genEventSumw": np.array([7.5])})
    weight = np.array([1.0, -0.5, 2.0])
    return Chunk("d", str(tmp_path / "in.root"), "Events", UUID, 0, 3, {"x": x[:3]}, weight)


@pytest.fixture
def action(tmp_path: Path) -> WriteSkim:
    return WriteSkim(tmp_path / "skims", Selection((Cut("x", "right", 1.0),)))


def test_events_that_pass_and_what_is_told_of_them(chunk: Chunk, action: WriteSkim) -> None:
    [told] = action(chunk)["skims"]
    path = action.folder / "d" / "in__9d9a817e__0-3.root"
    assert told == {
        "dataset": "d",
        "file": str(path),
        "source": chunk.filename,
        "start": 0,
        "stop": 3,
        "events": 2,
        "bytes": path.stat().st_size,
        "sumw_before": 2.5,
        "sumw_after": 1.5,
        "sumw_runs": 7.5,
    }
    with uproot.open(path) as file:
        assert file["Events/y"].array().to_list() == [1, 2]
        assert file["Runs/genEventSumw"].array().to_list() == [7.5]


def test_runs_are_in_the_first_chunk_alone(chunk: Chunk, action: WriteSkim) -> None:
    later = replace(
        chunk, start=3, stop=4, columns={"x": np.float32([9.0])}, weight=np.array([1.0])
    )
    [told] = action(later)["skims"]
    with uproot.open(told["file"]) as file:
        assert file["Runs"].num_entries == 0
        assert file["Events/x"].array().to_list() == [9.0]
    assert told["sumw_runs"] == 0.0


def test_same_bytes_and_name_when_run_again(chunk: Chunk, action: WriteSkim) -> None:
    [first], [second] = action(chunk)["skims"], action(chunk)["skims"]
    assert first == second
    assert [path.name for path in (action.folder / "d").iterdir()] == ["in__9d9a817e__0-3.root"]


def test_columns_and_required_ones(chunk: Chunk, action: WriteSkim) -> None:
    [told] = replace(action, columns=("y",), required=("x",))(chunk)["skims"]
    assert uproot.open(told["file"])["Events"].keys() == ["x", "y"]
    [told] = replace(action, columns=("y",))(chunk)["skims"]
    assert uproot.open(told["file"])["Events"].keys() == ["y"]


def test_folder_that_cannot_be_written(chunk: Chunk, action: WriteSkim) -> None:
    action.folder.write_text("in the way")
    with pytest.raises(OutputError, match=r"cannot write .*skims/d/in__9d9a817e__0-3\.root"):
        action(chunk)


def test_nothing_half_written_when_the_input_fails(chunk: Chunk, action: WriteSkim) -> None:
    Path(chunk.filename).unlink()
    with pytest.raises(FileNotFoundError):
        action(chunk)
    assert not action.folder.exists()
    with pytest.raises(uproot.KeyInFileError):
        action(replace(chunk, filename=_without_tree(chunk)))
    assert not list(action.folder.rglob("*.root"))


def _without_tree(chunk: Chunk) -> str:
    with uproot.recreate(chunk.filename) as file:
        file["h"] = np.histogram([1.0])
    return chunk.filename


def test_fileset_has_the_form_of_coffea() -> None:
    skims = [{"dataset": "a", "file": "/s/a0.root"}, {"dataset": "a", "file": "/s/a1.root"}]
    metadata = {"a": {"treename": "T", "sumw": 3.0}, "b": {"treename": "U", "sumw": 1.0}}
    assert fileset(skims, metadata) == {
        "a": {"files": {"/s/a0.root": "T", "/s/a1.root": "T"}, "metadata": {"sumw": 3.0}},
        "b": {"files": {}, "metadata": {"sumw": 1.0}},
    }


def test_only_the_named_files_are_cleared(tmp_path: Path) -> None:
    for name in ("a.root", "thesis.txt"):
        (tmp_path / name).write_bytes(b"")
    clear([tmp_path / "a.root", tmp_path / "none.root"])
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_input_without_runs_has_its_sums_in_the_skims(chunk: Chunk, action: WriteSkim) -> None:
    with uproot.recreate(chunk.filename) as file:
        columns = {"x": np.float32([0.5, 1.5, 2.5])}
        file.mktree("Events", {"x": "float32"}).extend(columns)
    empty = replace(chunk, start=0, stop=0, columns={"x": np.empty(0)}, weight=np.empty(0))
    for one, sums in ((chunk, (2.5, 3)), (empty, (0.0, 0))):
        [told] = action(one)["skims"]
        with uproot.open(told["file"]) as file:
            runs = file["Runs"]
            found = runs["genEventSumw"].array().to_list(), runs["genEventCount"].array().to_list()
        assert found == ([sums[0]], [sums[1]])
        assert told["sumw_runs"] == sums[0]
