from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.datasets.duplicates import DuplicateWarning, warn_of_duplicates
from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import FileInfo, survey_file
from coffea_lcf.errors import FilesetError, MissingBranchError


def info(path: Path, events: list[tuple[int, int, int]], dataset: str = "w") -> FileInfo:
    """Write `events` of run, luminosity block and event number, and survey the file."""
    numbers = np.array(events, np.uint64).reshape(-1, 3)
    columns = {
        "run": numbers[:, 0].astype(np.uint32),
        "luminosityBlock": numbers[:, 1].astype(np.uint32),
        "event": numbers[:, 2],
    }
    with uproot.recreate(path) as file:
        tree = file.mktree("Events", {name: one.dtype for name, one in columns.items()})
        if len(numbers):
            tree.extend(columns)
    return survey_file(Dataset(dataset, (str(path),), "Events", "signal"), str(path))


LARGEST = 2**64 - 1


@pytest.mark.filterwarnings("default::coffea_lcf.datasets.duplicates.DuplicateWarning")
def test_events_of_one_dataset_in_two_files(tmp_path: Path) -> None:
    first = info(tmp_path / "a.root", [(1, 1, 1), (1, 1, 2), (2, 1, 1), (1, 2, 1)])
    second = info(tmp_path / "b.root", [(1, 1, 2), (1, 1, 2), (1, 1, LARGEST)])
    said = "dataset 'w': 2 of 7 events are there already, with the same run, luminosityBlock, event"
    with pytest.warns(DuplicateWarning, match=said):
        assert warn_of_duplicates([first, second]) == {"w": 2}


@pytest.mark.filterwarnings("error")
def test_the_same_numbers_in_two_datasets_are_other_events(tmp_path: Path) -> None:
    first = info(tmp_path / "a.root", [(1, 1, 1), (2**32 - 1, 2**32 - 1, 1)])
    second = info(tmp_path / "b.root", [(1, 1, 1)], "qcd")
    empty = info(tmp_path / "c.root", [], "qcd")
    assert warn_of_duplicates([first, second, empty]) == {"w": 0, "qcd": 0}


def test_files_without_the_numbers(tmp_path: Path) -> None:
    with uproot.recreate(tmp_path / "a.root") as file:
        file.mktree("Events", {"run": "uint32"}).extend({"run": np.ones(1, np.uint32)})
    dataset = Dataset("w", (str(tmp_path / "a.root"),), "Events", "signal")
    with pytest.raises(MissingBranchError, match="luminosityBlock is not in tree"):
        warn_of_duplicates([survey_file(dataset, dataset.files[0])])


def test_file_that_is_damaged_since_it_was_surveyed(tmp_path: Path) -> None:
    found = info(tmp_path / "a.root", [(1, 1, number) for number in range(1000)])
    content = (tmp_path / "a.root").read_bytes()
    with uproot.open(tmp_path / "a.root") as file:
        branch = file["Events/event"]
        place = branch.member("fBasketSeek")[0] + 90
    (tmp_path / "a.root").write_bytes(content[:place] + b"\xff" * 200 + content[place + 200 :])
    with pytest.raises(FilesetError, match="cannot read run, luminosityBlock, event of"):
        warn_of_duplicates([found])
