from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coffea_lcf.datasets.top_tagging import STORED, read
from coffea_lcf.errors import FilesetError, TableError

h5py = pytest.importorskip("h5py")

ROW = [("index", "<i8"), ("values_block_0", "<f4", (804,)), ("values_block_1", "<i8", (2,))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file as pandas writes it: jets of one, three and two constituents."""
    rows = np.zeros(3, dtype=ROW)
    rows["index"] = np.arange(3)
    for jet, count in enumerate((1, 3, 2)):
        momenta = 100.0 * jet + np.arange(1.0, 4 * count + 1)
        rows["values_block_0"][jet, : 4 * count] = momenta
    rows["values_block_0"][1, 800:] = (600.0, 1.0, 2.0, 3.0)
    rows["values_block_1"] = [[0, 0], [0, 1], [2, 0]]
    path = tmp_path / "val.h5"
    with h5py.File(path, "w") as opened:
        opened["table/table"] = rows
    return path


def test_momenta_mask_and_labels(file: Path) -> None:
    jets, label = read(file)
    assert jets.p4.shape == (3, STORED, 4)
    assert jets.p4.dtype == np.float32
    assert jets.mask.sum(1).tolist() == [1, 3, 2]
    assert jets.p4[1, :3].ravel().tolist() == list(np.arange(101.0, 113.0))
    assert not jets.p4[~jets.mask].any()
    assert label.tolist() == [False, True, False]


def test_a_range_of_jets_with_their_hardest_constituents(file: Path) -> None:
    jets, label = read(file, start=1, stop=3, size=2)
    assert jets.p4.shape == (2, 2, 4)
    assert jets.mask.tolist() == [[True, True], [True, True]]
    assert jets.p4[1, 1].tolist() == [205.0, 206.0, 207.0, 208.0]
    assert label.tolist() == [True, False]


@pytest.mark.parametrize("size", [0, 201])
def test_as_many_constituents_as_there_are(file: Path, size: int) -> None:
    with pytest.raises(TableError, match=f"size = {size}: .* has 1 to 200 constituents"):
        read(file, size=size)


def test_files_of_other_jets(tmp_path: Path) -> None:
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as opened:
        opened["features"] = np.zeros((3, 6))
    with pytest.raises(FilesetError, match=r"no dataset 'table/table' in .*other\.h5\n.*features"):
        read(path)
    with h5py.File(path, "w") as opened:
        opened["table/table"] = np.zeros(3, dtype=[("values_block_0", "<f4", (8,))])
    with pytest.raises(FilesetError, match=r"values_block_0 must have 804 columns: .*2603256"):
        read(path)
    with h5py.File(path, "w") as opened:
        opened["table/table"] = np.zeros((3, 804))
    with pytest.raises(FilesetError, match=r"has float64, where values_block_0 must have 804"):
        read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FilesetError, match=r"cannot read .*train\.h5 as HDF5"):
        read(tmp_path / "train.h5")
