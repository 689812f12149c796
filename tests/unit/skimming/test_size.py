from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.processing import Chunk
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.skimming.size import MeasureSkims, SkimSize, sampled

UUID = "9d9a817e-e681-11f1-96ba-02fc00000001"
INFO = FileInfo("ww", "a.root", "Events", UUID, 100, ("x",), None, None)


@pytest.fixture
def chunk(tmp_path: Path) -> Chunk:
    """Return entries 0 to 4000 of a file with two incompressible branches of 5000 events."""
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 5000)).astype(np.float32)
    with uproot.recreate(tmp_path / "in.root") as file:
        file.mktree("Events", {"x": "float32", "y": "float32"}).extend({"x": x, "y": y})
    path = str(tmp_path / "in.root")
    return Chunk("ww", path, "Events", UUID, 0, 4000, {"x": x[:4000]}, np.ones(4000))


def test_skims_are_as_large_as_their_events_and_columns(chunk: Chunk, tmp_path: Path) -> None:
    half = Selection((Cut("x", "right", lower=0.5),))
    both, one = (
        MeasureSkims({"all": Selection(()), "half": half}, columns, ("x",))(chunk)["ww"]
        for columns in (("*",), ("x",))
    )
    assert both["all"].events == 4000
    assert both["half"].events == (chunk.columns["x"] > 0.5).sum()
    # 4 bytes a number, of which zstd saves some, and what every file has
    assert both["all"].bytes - one["all"].bytes == pytest.approx(4000 * 4, rel=0.2)
    assert both["all"].bytes - both["half"].bytes == pytest.approx(2000 * 2 * 4, rel=0.2)
    assert 0.0 < one["half"].seconds < 5.0
    assert [path.name for path in tmp_path.iterdir()] == ["in.root"]


def test_a_skim_without_events_has_a_size(chunk: Chunk) -> None:
    nothing = Selection((Cut("x", "right", lower=2.0),))
    size = MeasureSkims({"nothing": nothing})(chunk)["ww"]["nothing"]
    assert size.events == 0
    assert size.bytes > 0


def test_sizes_add_and_scale() -> None:
    assert SkimSize(1.0, 10.0, 0.5) + SkimSize(2.0, 5.0, 0.25) * 2.0 == SkimSize(5.0, 20.0, 1.0)


def test_the_first_events_of_each_dataset_are_the_sample() -> None:
    infos = [
        replace(INFO, entries=0),
        INFO,
        replace(INFO, path="b.root"),
        replace(INFO, dataset="qcd", entries=30),
    ]
    assert [(one.dataset, one.path, one.entries) for one in sampled(infos, most=60)] == [
        ("ww", "a.root", 60),
        ("qcd", "a.root", 30),
    ]
