"""Parallel cuts from histograms that the workers fill: no table of all events is written."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.selection import Selection

from .chain import flat_document, ok, read_json, refused, results, write_config
from .rootfiles import flat_columns, write_root

EVENTS = 6000
FILLED = {
    "fit": {"strategy": "parallel", "learn_from": "histograms", "in_memory": EVENTS // 2},
    "execution": {"chunksize": 700},
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("many")
    files = {
        kind: [write_root(folder / f"{kind}.root", flat_columns(kind, EVENTS, 1))]
        for kind in ("signal", "background")
    }
    return flat_document(files["signal"], files["background"])


@pytest.fixture(scope="module")
def filled(document: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    config = write_config(folder / "flat.yaml", document, **FILLED)
    ok("run", config, "-o", folder / "out", "-q")
    return folder / "out"


def test_a_quarter_of_the_events_is_stored(filled: Path) -> None:
    manifest = read_json(filled / "observables" / "manifest.json")
    for name, entry in manifest["datasets"].items():
        assert (entry["events"], entry["rows"], entry["stored"]) == (EVENTS, EVENTS // 4, 4)
        assert pq.read_table(filled / "observables" / name).num_rows == EVENTS // 4
    fit = results(filled, "fit")
    assert fit["thinning"] == 4
    assert Selection.load(filled / "selection.json").provenance["fit"]["events"] == 3 * EVENTS // 2


def test_cuts_are_those_of_the_events(filled: Path, document: dict, tmp_path: Path) -> None:
    fit = {"strategy": "parallel", "validation_fraction": 0.0}
    ok("run", write_config(tmp_path / "flat.yaml", document, fit=fit), "-o", tmp_path / "o", "-q")
    ours, exact = (Selection.load(one / "selection.json") for one in (filled, tmp_path / "o"))
    assert [cut.observable for cut in ours.cuts] == [cut.observable for cut in exact.cuts]
    for cut, other in zip(ours.cuts, exact.cuts, strict=True):
        for side in ("lower", "upper"):
            value, best = getattr(cut, side), getattr(other, side)
            assert (value is None) == (best is None)
            if value is not None:
                # three quarters of the events are in both
                assert abs(value - best) < 3 * getattr(other, f"{side}_spread")


def test_yields_are_those_of_all_events(filled: Path) -> None:
    flow = load_cutflow(filled / "cutflow.json").cutflow
    assert flow.events("signal")[0] == flow.events("background")[0] == EVENTS
    test = results(filled, "fit")["test"]
    efficiency = flow.sumw("signal")[-1] / flow.sumw("signal")[0]
    assert test["signal_efficiency"] == pytest.approx(efficiency, abs=0.05)


def test_other_processes_and_chunks_fill_the_same(
    filled: Path, document: dict, tmp_path: Path
) -> None:
    execution = {"executor": "futures", "chunksize": 1111}
    config = write_config(tmp_path / "flat.yaml", document, **{**FILLED, "execution": execution})
    ok("run", config, "-o", tmp_path / "out", "-q")
    ours, other = (Selection.load(one / "selection.json") for one in (filled, tmp_path / "out"))
    for cut, same in zip(ours.cuts, other.cuts, strict=True):
        ends = [(cut.lower, same.lower), (cut.upper, same.upper)]
        for value, expected in ends:
            assert (value is None) == (expected is None)
            assert value is None or value == pytest.approx(expected, rel=1e-6)


def test_strategies_that_mask_events(document: dict, tmp_path: Path) -> None:
    fit = {**FILLED["fit"], "strategy": "sequential"}
    config = write_config(tmp_path / "flat.yaml", document, fit=fit)
    message = refused("fit", config, "-o", tmp_path / "out")
    assert "'sequential' masks events: learn_from: histograms is for the parallel" in message
