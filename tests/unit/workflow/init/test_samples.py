from __future__ import annotations

from pathlib import Path

import pytest

from coffea_lcf.errors import FilesetError
from coffea_lcf.workflow.init.samples import samples


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("ww_1.root", "ww_2.root", "qcd.root", "1.root", "2.root"):
        (tmp_path / name).touch()
    return tmp_path


def test_name_is_given_or_what_the_files_have_in_common(data: Path) -> None:
    signal, qcd, other = samples([f"{data}/ww_*.root"], [f"{data}/qcd.root", f"ss={data}/1.root"])
    assert (signal.name, signal.label) == ("ww", "signal")
    assert signal.files == (str(data / "ww_1.root"), str(data / "ww_2.root"))
    assert (qcd.name, qcd.label) == ("qcd", "background")
    assert (other.name, other.files) == ("ss", (str(data / "1.root"),))


def test_files_with_nothing_in_common_are_called_by_their_label(data: Path) -> None:
    found = samples([f"{data}/ww_1.root"], [f"{data}/[12].root"])
    assert [one.name for one in found] == ["ww_1", "background"]


def test_equal_names_are_numbered(data: Path) -> None:
    (data / "more").mkdir()
    for folder in ("a", "b"):
        (data / folder).mkdir()
        (data / folder / "qcd.root").touch()
    found = samples([f"{data}/qcd.root"], [f"{data}/{one}/qcd.root" for one in "ab"])
    assert [one.name for one in found] == ["qcd", "qcd_2", "qcd_3"]


def test_addresses_stay_as_they_are(data: Path) -> None:
    address = "root://server//store/tt+jets.root"
    [signal, _] = samples([address], [f"{data}/qcd.root"])
    assert (signal.name, signal.files) == ("tt_jets", (address,))


def test_a_glob_that_matches_nothing(data: Path) -> None:
    with pytest.raises(FilesetError, match=r"--background: \S+/zz\*\.root matches no file"):
        samples([f"{data}/qcd.root"], [f"{data}/zz*.root"])


def test_a_file_of_both(data: Path) -> None:
    with pytest.raises(
        FilesetError, match=r"ww_1\.root is in dataset 'ww' already, and its events"
    ):
        samples([f"{data}/ww_*.root"], [f"b={data}/ww_1.root"])


def test_a_name_that_is_given_twice(data: Path) -> None:
    with pytest.raises(FilesetError, match="there is a dataset 'a' already: give it another name"):
        samples([f"a={data}/ww_1.root"], [f"a={data}/qcd.root"])
