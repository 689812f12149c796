from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import FileInfo, open_root, survey, survey_file, trees_in
from coffea_lcf.errors import FilesetError, MissingBranchError


def write(path: Path, events: int = 3, **runs: list[float]) -> str:
    """Write ``Events`` with the branches x and tau21, and ``Runs`` with `runs`."""
    columns = {name: np.zeros(events, np.float32) for name in ("x", "tau21")}
    with uproot.recreate(path) as file:
        file.mktree("Events", {name: "float32" for name in columns}).extend(columns)
        if runs:
            sums = {name: np.array(values) for name, values in runs.items()}
            file.mktree("Runs", {name: one.dtype for name, one in sums.items()}).extend(sums)
    return str(path)


def dataset(*paths: str, tree: str = "Events") -> Dataset:
    return Dataset("d", paths, tree, "signal")


def test_what_is_in_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root", genEventSumw=[2.5, -1.0], genEventCount=[3, 4])
    info = survey_file(dataset(path), path)
    with uproot.open(path) as file:
        uuid = str(file.file.uuid)
    assert info == FileInfo("d", path, "Events", uuid, 3, ("x", "tau21"), 1.5, 7)


def test_underscore_spelling_of_old_nanoaod(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root", genEventSumw_=[2.5], genEventCount_=[3])
    info = survey_file(dataset(path), path)
    assert (info.sumw, info.generated) == (2.5, 3)


@pytest.mark.parametrize("runs", [{}, {"run": [1.0]}])
def test_no_sum_of_weights_in_the_file(tmp_path: Path, runs: dict[str, list[float]]) -> None:
    path = write(tmp_path / "a.root", **runs)
    info = survey_file(dataset(path), path)
    assert (info.sumw, info.generated) == (None, None)


def test_trees_are_listed_once_with_their_entries(tmp_path: Path) -> None:
    with uproot.recreate(tmp_path / "a.root") as file:
        file.mktree("T", {"x": "int32"}).extend({"x": np.arange(4)})
        file.mkrntuple("N", {"x": np.arange(2)})
        file["h"] = np.histogram([1, 2])
    with uproot.open(tmp_path / "a.root") as file:
        assert trees_in(file) == {"T": 4, "N": 2}


def test_every_file_is_surveyed(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.root", events) for name, events in (("a", 0), ("b", 2))]
    infos = survey([dataset(*paths)], {"x": ("x",)})
    assert [(info.path, info.entries) for info in infos] == [(paths[0], 0), (paths[1], 2)]


def test_missing_branch_names_user_file_and_nearest(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root")
    with pytest.raises(MissingBranchError) as caught:
        survey([dataset(path)], {"ratio": ("x", "tau12")})
    assert str(caught.value) == (
        "tau12 is not in tree 'Events'\n"
        "  needed by  ratio (x, tau12)\n"
        f"  in file    {path}, dataset 'd'\n"
        "  nearest    tau21"
    )


def test_missing_weight(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root")
    with pytest.raises(MissingBranchError, match=r"needed by  the event weight \(genWeight\)"):
        survey([dataset(path)], {}, weight="genWeight")


def test_branch_missing_in_a_later_file(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.root"), str(tmp_path / "b.root")
    with uproot.recreate(second) as file:
        file.mktree("Events", {"y": "int32"}).extend({"y": np.arange(2)})
    with pytest.raises(MissingBranchError, match=r"in file    .*b\.root"):
        survey([dataset(first, second)], {"x": ("x",)})


def test_missing_tree_lists_what_is_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root", genEventSumw=[1.0])
    with pytest.raises(FilesetError) as caught:
        survey_file(dataset(path, tree="events"), path)
    assert str(caught.value) == (
        f"no tree 'events' in {path}, dataset 'd'\n"
        "  trees there  Events, Runs\n"
        "  set  tree: NAME  in the configuration"
    )


def test_dataset_without_events(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.root", 0) for name in "ab"]
    with pytest.raises(FilesetError, match=r"'d' has no events: .* is empty in all of its 2 files"):
        survey([dataset(*paths)], {"x": ("x",)})


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FilesetError, match=r"no such file: .*, dataset 'd'"):
        survey_file(dataset(), str(tmp_path / "none.root"))


def test_not_a_root_file(tmp_path: Path) -> None:
    path = tmp_path / "a.root"
    path.write_text("hello, this is text")
    with pytest.raises(FilesetError, match="it is not a ROOT file"), open_root(str(path), "d"):
        pass


def test_truncated_file_tells_both_sizes(tmp_path: Path) -> None:
    path = Path(write(tmp_path / "a.root", events=10_000))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    said = rf"is truncated: {len(whole) - 1} of {len(whole)} bytes"
    with pytest.raises(FilesetError, match=said), open_root(str(path), "d"):
        pass


def test_file_is_closed_after_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root")
    with pytest.raises(ZeroDivisionError), open_root(path, "d") as file:
        _ = 1 / 0
    assert file.closed


def test_copy_of_a_file_in_another_dataset(tmp_path: Path) -> None:
    path, copy = write(tmp_path / "a.root"), tmp_path / "b.root"
    copy.write_bytes(Path(path).read_bytes())
    both = (Dataset("w", (path,), "Events", "signal"), Dataset("q", (str(copy),), "Events", "b"))
    with pytest.raises(
        FilesetError, match=r"dataset 'q': .*b\.root is a copy of .* in dataset 'w'"
    ):
        survey(both, {})
