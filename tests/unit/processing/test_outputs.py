from __future__ import annotations

from pathlib import Path

import hist
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cutflow import Cutflow
from coffea_lcf.cutflow.cutflow import count
from coffea_lcf.errors import OutputError
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.outputs import load_output, save_output

Plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text().filter(lambda key: "!" not in key), inner)
    ),
    max_leaves=10,
)


def back(tmp_path: Path, output: object) -> object:
    save_output(tmp_path / "one.npz", output)
    return load_output(tmp_path / "one.npz")


@given(output=Plain)
def test_plain_values_come_back(tmp_path_factory: pytest.TempPathFactory, output: object) -> None:
    assert back(tmp_path_factory.mktemp("plain"), output) == output


def test_chunks_come_back_bit_by_bit(tmp_path: Path) -> None:
    x = np.array([0.1, np.nan, np.inf], np.float32)
    chunk = Chunk("d", "a.root", "Events", "u", 0, 3, {"x": x}, np.array([0.1, -1e-300, 0.0]))
    found = back(tmp_path, {"d": [chunk]})["d"][0]
    assert isinstance(found, Chunk)
    assert (found.dataset, found.filename, found.start, found.stop) == ("d", "a.root", 0, 3)
    assert found.columns["x"].tobytes() == x.tobytes()
    assert found.columns["x"].dtype == np.float32
    assert found.weight.tobytes() == chunk.weight.tobytes()


def test_cutflows_and_histograms_come_back_and_add_as_before(tmp_path: Path) -> None:
    masks = {"x": np.array([True, False])}
    one, other = (count(name, masks, np.array([0.1, -0.2])) for name in ("a", "b"))
    axis = hist.axis.Regular(3, 0, 1, name="x", label="x [GeV]")
    histogram = hist.Hist(axis, storage=hist.storage.Weight()).fill([0.1, 7.0], weight=[0.3, 2])
    found = back(tmp_path, {"nominal": {"cutflow": one, "observables": {"x": histogram}}})[
        "nominal"
    ]
    assert isinstance(found["cutflow"], Cutflow)
    assert found["observables"]["x"] == histogram
    assert found["observables"]["x"].axes[0].label == "x [GeV]"
    added = found["cutflow"] + other
    assert added.weighted == (one + other).weighted
    assert added.raw == (one + other).raw


def test_other_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        save_output(tmp_path / "one.npz", {"x": object()})
    assert list(tmp_path.iterdir()) == []


def test_pickles_are_not_executed(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", document=np.array([{"x": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_output(tmp_path / "one.npz")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"):
        save_output(tmp_path / "file" / "one.npz", {})
