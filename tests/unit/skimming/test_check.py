from __future__ import annotations

import shutil
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot
from coffea.processor import IterativeExecutor

from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import survey
from coffea_lcf.errors import FilesetError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.execution import Execution
from coffea_lcf.processing.run import run
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.skimming import WriteSkim
from coffea_lcf.skimming.check import Checked, check_skims
from coffea_lcf.skimming.merge import merge_skims

SELECTION = Selection((Cut("x", "right", 0.0),))


@dataclass
class Skimmed:
    """Skims as the step leaves them."""

    skims: list[dict[str, Any]]
    fileset: dict[str, Any]
    processor: Any

    def check(self, selection: Selection = SELECTION) -> Checked:
        execution = Execution(lambda: nullcontext(IterativeExecutor(status=False)), chunksize=4)
        return check_skims(self.skims, self.fileset, self.processor, selection, execution)

    def refused(self, selection: Selection = SELECTION) -> list[str]:
        with pytest.raises(FilesetError) as caught:
            self.check(selection)
        first, *rest = str(caught.value).split("\n")
        assert first.endswith("are not what was written: make them again with --force")
        return [line.strip() for line in rest]


@pytest.fixture
def skimmed(tmp_path: Path) -> Skimmed:
    """Return the skims of 20 events in chunks of ten, twelve of which pass, Σw 38 before."""
    random = np.random.default_rng(2)
    columns = {
        "x": np.where(np.arange(20) % 7 < 4, 1.0, -1.0).astype(np.float32),
        "w": random.choice(np.float32([-1.0, 0.1, 3.3]), 20),
    }
    with uproot.recreate(tmp_path / "in.root") as file:
        file.mktree("T", {name: "float32" for name in columns}).extend(columns)
        file.mktree("Runs", {"genEventSumw": "float64"}).extend({"genEventSumw": np.array([38.0])})
    processor = partial(ObservableProcessor, [Observable("x", ("x",))], weight="w")
    write = WriteSkim(tmp_path / "skims", SELECTION)
    infos = survey([Dataset("d", (str(tmp_path / "in.root"),), "T", "signal")], {})
    execution = Execution(lambda: nullcontext(IterativeExecutor(status=False)), chunksize=10)
    output, _ = run(infos, processor(action=write), execution)
    skims = output["skims"]
    metadata = {
        "nevents": sum(one["events"] for one in skims),
        "sumw": 38.0,
        "sumw_skim": sum(one["sumw_after"] for one in skims),
    }
    fileset = {"d": {"files": {one["file"]: "T" for one in skims}, "metadata": metadata}}
    return Skimmed(skims, fileset, lambda action: processor(action=action))


def test_what_was_written_is_right(skimmed: Skimmed) -> None:
    kept = sum(one["events"] for one in skimmed.skims)
    assert kept == 12
    assert skimmed.check() == Checked(files=2, events=12)


def test_merged_skims_are_right(skimmed: Skimmed) -> None:
    skimmed.skims = merge_skims(skimmed.skims, 10**9, "ttree", "zstd")
    skimmed.fileset["d"]["files"] = {one["file"]: "T" for one in skimmed.skims}
    assert skimmed.check() == Checked(files=1, events=12)


def test_events_that_the_selection_rejects(skimmed: Skimmed) -> None:
    first, second = skimmed.skims
    assert skimmed.refused(Selection((Cut("x", "left", upper=0.0),))) == [
        f"{first['file']}: the selection keeps 0 of {first['events']} events",
        f"{second['file']}: the selection keeps 0 of {second['events']} events",
    ]


def test_other_numbers_than_those_noted(skimmed: Skimmed) -> None:
    first, _ = skimmed.skims
    first["events"] += 1
    first["sumw_after"] += 1e-4
    first["sumw_runs"] = 40.0
    assert skimmed.refused() == [
        f"{first['file']}: {first['events'] - 1} events, not {first['events']}; "
        f"Σw = {first['sumw_after'] - 1e-4:.9g}, not {first['sumw_after']:.9g}; "
        "Σw in the Runs tree = 38, not 40",
    ]


def test_sumw_of_a_dataset_that_is_not_the_sum_of_its_runs(skimmed: Skimmed) -> None:
    skimmed.fileset["d"]["metadata"]["sumw"] = 5000.0
    assert skimmed.check() == Checked(files=2, events=12)


def test_dataset_with_other_sums(skimmed: Skimmed) -> None:
    metadata = skimmed.fileset["d"]["metadata"]
    metadata["nevents"], metadata["sumw_skim"] = 13, metadata["sumw_skim"] + 1
    [line] = skimmed.refused()
    assert line.startswith("dataset 'd': 12 events, the fileset says 13; Σw = ")


def test_file_that_was_exchanged_for_another(skimmed: Skimmed) -> None:
    first, second = skimmed.skims
    shutil.copy(second["file"], first["file"])
    lines = skimmed.refused()
    assert lines[0].startswith(f"{first['file']}: {second['events']} events, not {first['events']}")
    assert lines[1].startswith("dataset 'd': ")


def test_missing_and_damaged_files_and_those_of_nobody(skimmed: Skimmed) -> None:
    first, second = skimmed.skims
    Path(first["file"]).unlink()
    Path(second["file"]).write_bytes(b"root, but not much more")
    skimmed.fileset["d"]["files"]["/none/other.root"] = "T"
    skimmed.skims.append({**first, "file": "/none/forgotten.root"})
    lines = skimmed.refused()
    assert lines[0] == f"{first['file']}: no such file: {first['file']}, dataset 'd'"
    assert lines[1].startswith(f"{second['file']}: cannot open")
    assert lines[2].endswith("it is in the fileset, but was not written by this step")
    assert lines[3] == "/none/forgotten.root: it was written, but is not in the fileset"
