from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from coffea_lcf.skimming.branches import select_branches
from coffea_lcf.skimming.trees import (
    COMPRESSIONS,
    Columns,
    Format,
    SkimWarning,
    read_columns,
    write_tree,
)

SOURCE = {
    "event": ak.Array(np.array([1, 2, 3], np.uint64)),
    "flag": ak.Array([True, False, True]),
    "charge": ak.Array(np.array([-1, 0, 1], np.int8)),
    "Jet": ak.zip(
        {
            "pt": ak.values_astype([[3.0, 2.0], [], [1.0]], np.float32),
            "n": ak.values_astype([[1, 2], [], [3]], np.int16),
        }
    ),
    "edges": ak.Array([[1.0, 2.0], [3.0], []]),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    with uproot.recreate(tmp_path / "source.root") as file:
        types = {name: array.type.content for name, array in SOURCE.items()}
        tree = file.mktree("Events", types, counter_name=lambda name: f"n{name}")
        tree.extend(SOURCE)
    return tmp_path / "source.root"


def copied(source: Path, kind: Format, start: int = 0, stop: int = 3) -> Path:
    """Return a copy of a range of the source, written as `kind`."""
    target = source.with_name("target.root")
    with uproot.open(source) as read, uproot.recreate(target) as file:
        tree = read["Events"]
        write_tree(file, "Events", read_columns(tree, tree.keys(), start, stop), kind)
    return target


@pytest.mark.parametrize("kind", ["ttree", "rntuple"])
@pytest.mark.parametrize(("start", "stop"), [(0, 3), (1, 3), (1, 2), (2, 2)])
def test_branches_come_back_as_they_were(source: Path, kind: Format, start: int, stop: int) -> None:
    with uproot.open(source) as file:
        expected = file["Events"].arrays(entry_start=start, entry_stop=stop)
    with uproot.open(copied(source, kind, start, stop)) as file:
        tree = file["Events"]
        assert tree.num_entries == stop - start
        for name in ("event", "flag", "charge", "Jet_pt", "Jet_n", "edges"):
            assert tree[name].array().to_list() == expected[name].to_list()


def test_branches_that_were_read_are_not_read_again(source: Path) -> None:
    with uproot.open(source) as file:
        tree = file["Events"]
        remembered = tree["event"].array(entry_start=0, entry_stop=2)
        found = read_columns(tree, tree.keys(), 0, 2, known=("event", "Jet_n"))
        assert found.arrays["event"] is remembered
        expected = read_columns(tree, tree.keys(), 0, 2)
    assert list(found.arrays) == list(expected.arrays)
    for name, array in found.arrays.items():
        assert array.tolist() == expected.arrays[name].tolist()


def test_flat_branches_are_numpy_and_fixed_and_jagged_ones_awkward(tmp_path: Path) -> None:
    columns = {"x": np.arange(2.0), "fixed": np.ones((2, 3)), "jagged": ak.Array([[1.0], []])}
    with uproot.recreate(tmp_path / "a.root") as file:
        kinds = {"x": "f8", "fixed": np.dtype(("f8", (3,))), "jagged": "var * float64"}
        file.mktree("Events", kinds).extend(columns)
    with uproot.open(tmp_path / "a.root") as file:
        found = read_columns(file["Events"], ["x", "fixed", "jagged"], 0, 2).arrays
    assert [type(array) for array in found.values()] == [np.ndarray, ak.Array, ak.Array]


def test_types_and_counters_are_kept_in_a_ttree(source: Path) -> None:
    with uproot.open(source) as one, uproot.open(copied(source, "ttree")) as other:
        expected, found = one["Events"], other["Events"]
        assert {name: found[name].typename for name in found.keys()} == {  # noqa: SIM118
            name: expected[name].typename
            for name in expected.keys()  # noqa: SIM118
        }
        assert found["Jet_n"].count_branch.name == "nJet"


def test_rntuple_keeps_the_counters_that_schemas_need(source: Path) -> None:
    with uproot.open(copied(source, "rntuple")) as file:
        assert file["Events/nJet"].array().to_list() == [2, 0, 1]


def test_no_event_at_all_keeps_the_branches(source: Path) -> None:
    with uproot.open(source) as one, uproot.open(copied(source, "ttree", 0, 0)) as other:
        assert set(other["Events"].keys()) == set(one["Events"].keys())
        assert other["Events"].num_entries == 0


@pytest.mark.filterwarnings("default::coffea_lcf.skimming.trees.SkimWarning")
def test_doubly_jagged_branches_are_named_and_left_out(tmp_path: Path) -> None:
    with uproot.recreate(tmp_path / "a.root") as file:
        columns = {"x": np.arange(2), "deep": ak.Array([[[1, 2], []], []])}
        file.mkrntuple("Events", columns)
    with uproot.open(tmp_path / "a.root") as file:
        tree = file["Events"]
        with pytest.warns(SkimWarning, match="1 doubly jagged branches are not in the skim: deep"):
            found = read_columns(tree, ["x", "deep"], 0, 2)
    assert list(found.arrays) == ["x"]


@pytest.mark.filterwarnings("default::coffea_lcf.skimming.trees.SkimWarning")
def test_many_branches_warn_of_the_time(tmp_path: Path) -> None:
    columns = {f"x{number}": ak.Array([1.0]) for number in range(301)}
    said = "301 branches make uproot's TTree slow to open for writing: list the needed ones "
    said += "under skim.columns, or use  format: rntuple"
    with (
        uproot.recreate(tmp_path / "a.root") as file,
        pytest.warns(SkimWarning, match=said),
    ):
        write_tree(file, "Events", Columns(columns, {}, {}), "ttree")


@pytest.mark.parametrize("name", list(COMPRESSIONS))
def test_compressions_are_written(tmp_path: Path, name: str) -> None:
    columns = Columns({"x": ak.Array(np.zeros(2000))}, {}, {})
    with uproot.recreate(tmp_path / "a.root", compression=COMPRESSIONS[name]) as file:
        write_tree(file, "Events", columns, "ttree")
    with uproot.open(tmp_path / "a.root") as file:
        assert file["Events/x"].array().to_list() == [0.0] * 2000
        ratio = file["Events/x"].compression_ratio
    assert ratio == 1 if name == "none" else ratio > 10


@pytest.mark.filterwarnings("error::coffea_lcf.skimming.trees.SkimWarning")
def test_two_thousand_branches_are_no_burden_with_a_column_list_or_as_rntuple(
    tmp_path: Path,
) -> None:
    wide = {f"x{number}": ak.Array(np.zeros(2, np.float32)) for number in range(2000)}
    kept = select_branches(list(wide), ["x1*", "-x1??*"])
    narrow = {name: wide[name] for name in kept}
    with uproot.recreate(tmp_path / "a.root") as file:
        write_tree(file, "Wide", Columns(wide, {}, {}), "rntuple")
        write_tree(file, "Narrow", Columns(narrow, {}, {}), "ttree")
    with uproot.open(tmp_path / "a.root") as file:
        assert file["Wide"].num_entries == 2
        assert file["Narrow"].keys() == ["x1", *(f"x{number}" for number in range(10, 20))]
