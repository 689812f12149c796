from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from coffea_lcf.datasets.hepjets import OBSERVABLES, paper_halves, read, windowed
from coffea_lcf.errors import FilesetError, MissingExtraError, TableError
from coffea_lcf.table import ObservableTable

Content = dict[str, np.ndarray]


class Stored:
    """An HDF5 file of h5py, as far as the reader uses it."""

    def __init__(self, content: Content, filename: str) -> None:
        self.content, self.filename = content, filename

    def __enter__(self) -> Stored:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def __contains__(self, name: str) -> bool:
        return name in self.content

    def __iter__(self):
        return iter(self.content)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.content[name]


@pytest.fixture
def h5py(monkeypatch: pytest.MonkeyPatch) -> Content:
    """Replace h5py: the returned mapping is the content of ``jets.h5``, and no other file is."""
    content: Content = {
        "features": np.arange(18, dtype=np.float32).reshape(3, 6),
        "targets": np.array([[1.0], [0.0], [1.0]], dtype=np.float32),
    }

    def open_file(path: str | Path, mode: str) -> Stored:
        assert mode == "r"
        if Path(path).name != "jets.h5":
            msg = "unable to open file (file signature not found)"
            raise OSError(msg)
        return Stored(content, str(path))

    module = ModuleType("h5py")
    module.File = open_file
    monkeypatch.setitem(sys.modules, "h5py", module)
    return content


def test_columns_get_their_names_and_units(h5py: Content) -> None:
    jets = read("jets.h5")
    assert jets.names == OBSERVABLES
    assert jets["M"].tolist() == [0.0, 6.0, 12.0]
    assert jets["tau21"].tolist() == [5.0, 11.0, 17.0]
    assert jets.label.tolist() == [True, False, True]
    assert (jets.unit("M"), jets.unit("tau21")) == ("GeV", "")


def test_a_range_of_jets(h5py: Content) -> None:
    assert read("jets.h5", start=1, stop=2)["C2_b1"].tolist() == [7.0]
    assert len(read("jets.h5", start=1)) == 2


def test_a_real_file_reads_alike(tmp_path: Path) -> None:
    real = pytest.importorskip("h5py")
    with real.File(tmp_path / "real.h5", "w") as file:
        file["features"] = np.arange(18, dtype=np.float32).reshape(3, 6)
        file["targets"] = np.array([[1.0], [0.0], [1.0]])
    jets = read(tmp_path / "real.h5", stop=2)
    assert jets["D2_b1"].tolist() == [3.0, 9.0]
    (tmp_path / "text.h5").write_text("no HDF5")
    with pytest.raises(FilesetError, match=r"cannot read .*text\.h5 as HDF5"):
        read(tmp_path / "text.h5")
    with pytest.raises(FilesetError, match=r"cannot read .*missing\.h5 as HDF5"):
        read(tmp_path / "missing.h5")


def test_without_h5py_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'coffea-lcf\[hepjets\]'"):
        read("jets.h5")


def test_another_file(h5py: Content) -> None:
    with pytest.raises(FilesetError, match=r"cannot read other\.h5 as HDF5: unable to open"):
        read("other.h5")


def test_a_missing_dataset_names_what_is_there(h5py: Content) -> None:
    h5py["target"] = h5py.pop("targets")
    with pytest.raises(FilesetError, match=r"no dataset 'targets' in jets\.h5\n.*features, target"):
        read("jets.h5")


@pytest.mark.parametrize("shape", [(3,), (3, 32, 32), (3, 5)])
def test_a_file_of_images(h5py: Content, shape: tuple[int, ...]) -> None:
    h5py["features"] = np.zeros(shape)
    with pytest.raises(FilesetError, match=r"features in jets\.h5 has shape .* not \(N, 6\)"):
        read("jets.h5")


def test_targets_are_labels(h5py: Content) -> None:
    h5py["targets"] = np.array([[1.0], [0.5], [0.0]])
    with pytest.raises(TableError, match=r"label\[1\] = "):
        read("jets.h5")


def jets(rows: int) -> ObservableTable:
    """Return jets whose two observables are 0, 1, ... rows-1, upward and downward."""
    rising = np.arange(rows)
    return ObservableTable.from_arrays({"up": rising, "down": rising[::-1]}, rising % 2)


def test_the_window_keeps_its_edges() -> None:
    # the 5 % and 95 % quantiles of 0 ... 100 are 5 and 95
    assert windowed(jets(101))["up"].tolist() == list(range(5, 96))


def test_the_window_is_one_of_every_observable() -> None:
    columns = {"a": np.arange(101.0), "b": np.roll(np.arange(101.0), 50)}
    kept = windowed(ObservableTable.from_arrays(columns, np.arange(101) % 2))
    assert len(kept) == 81
    for name in kept:
        assert kept[name].min() >= 5
        assert kept[name].max() <= 95


def test_halves_are_drawn_with_replacement_and_windowed_each() -> None:
    train, test = paper_halves(jets(1000), events=4000)
    for half in (train, test):
        # two windows of one observable: nine in ten of 2000
        assert len(half) == pytest.approx(1800, abs=20)
        assert len(np.unique(half["up"])) < len(half)
    again, _ = paper_halves(jets(1000), events=4000)
    assert np.array_equal(again["up"], train["up"])
    other, _ = paper_halves(jets(1000), events=4000, seed=1)
    assert not np.array_equal(other["up"][:100], train["up"][:100])


@pytest.mark.parametrize(("rows", "events"), [(10, 1), (0, 100)])
def test_nothing_to_draw(rows: int, events: int) -> None:
    with pytest.raises(TableError, match=f"cannot draw {events} of {rows} jets"):
        paper_halves(jets(rows), events=events)
