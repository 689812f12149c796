"""The demo, as a user runs it: the whole chain on the sample of the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import uproot
from coffea.nanoevents import NanoAODSchema, NanoEventsFactory

from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.processing.load import load_processor
from coffea_lcf.selection import Selection

from .chain import (
    DATA,
    REPOSITORY,
    columns,
    read_json,
    results,
    skim_files,
    sum_over_runs,
    unfinished,
)

DATASETS = ("ww", "qcd")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the output folder and the screen of the demo, run as its own program."""
    folder = tmp_path_factory.mktemp("demo") / "output"
    program = "from coffea_lcf.cli import main; main(prog_name='coffea-lcf')"
    config = "analysis_configs/w_vs_qcd.yaml"
    done = subprocess.run(
        [sys.executable, "-c", program, "run", config, "--output", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def demo(ended: tuple[Path, str]) -> Path:
    return ended[0]


@pytest.fixture(scope="module")
def selection(demo: Path) -> Selection:
    return Selection.load(demo / "selection.json")


def test_every_promised_file_is_there(demo: Path) -> None:
    promised = "selection.json cutflow.json cutflow.root cutflow.csv cutflow.tex report.html "
    promised += "run.json skims/fileset.json observables/manifest.json"
    assert [name for name in promised.split() if not (demo / name).stat().st_size] == []
    assert unfinished(demo) == []


def test_screen_tells_of_each_step_and_shows_the_table(ended: tuple[Path, str]) -> None:
    screen = ended[1]
    places = [screen.index(f"\n{name}  done") for name in ("fit", "cutflow", "skim", "report")]
    assert places == sorted(places)
    for text in ("trimmed_mass", "Selection of", "ww (signal)", "qcd (background)", "report.html"):
        assert text in screen


def test_the_mass_window_of_the_w_is_found(selection: Selection) -> None:
    cuts = {cut.observable: cut for cut in selection.cuts}
    mass = cuts["trimmed_mass"]
    assert mass.case == "middle"
    assert mass.unit == "GeV"
    assert 50.0 < mass.lower < 75.0
    assert 90.0 < mass.upper < 120.0


def test_mass_ranks_first(demo: Path) -> None:
    importance = read_json(demo / "fit.json")["importance"]
    assert max(importance, key=importance.get) == "trimmed_mass"


def test_held_out_accuracy(demo: Path) -> None:
    test = results(demo, "fit")["test"]
    assert test["events"] == 7500
    assert test["accuracy"] >= 0.845


@pytest.mark.parametrize("dataset", DATASETS)
def test_skims_cutflow_and_mask_agree(demo: Path, selection: Selection, dataset: str) -> None:
    passed = int(selection.mask(columns(demo, dataset)).sum())
    flow = load_cutflow(demo / "cutflow.json").cutflow
    skimmed = sum(uproot.open(path)["Events"].num_entries for path in skim_files(demo, dataset))
    assert passed == flow.events(dataset)[-1] == skimmed
    assert 0 < passed < 15_000


@pytest.mark.parametrize("dataset", DATASETS)
def test_sum_of_weights_before_is_that_of_the_input_runs(demo: Path, dataset: str) -> None:
    generated = sum_over_runs([DATA / f"{dataset}.root"])
    metadata = read_json(demo / "skims" / "fileset.json")[dataset]["metadata"]
    assert metadata["sumw"] == generated
    assert sum_over_runs(skim_files(demo, dataset)) == generated
    assert load_cutflow(demo / "cutflow.json").normalisations[dataset].sumw == generated


@pytest.mark.filterwarnings("ignore:Missing cross-reference")
@pytest.mark.parametrize("dataset", DATASETS)
def test_selection_keeps_every_event_of_its_own_skim(
    demo: Path, selection: Selection, dataset: str
) -> None:
    kind = load_processor(REPOSITORY / "processors" / "jets.py", "LargeRJets")
    processor = kind(list(selection.observables))
    for path in skim_files(demo, dataset):
        events = NanoEventsFactory.from_root({path: "Events"}, schemaclass=NanoAODSchema).events()
        assert selection.mask(processor.columns(events)).all()


def test_skim_holds_the_selected_events_of_the_input(demo: Path, selection: Selection) -> None:
    mask = selection.mask(columns(demo, "ww"))
    source = uproot.open(DATA / "ww.root")["Events"].arrays(["event", "FatJet_tau2"])[mask]
    skim = uproot.open(skim_files(demo, "ww")[0])["Events"].arrays(["event", "FatJet_tau2"])
    assert source.to_list() == skim.to_list()


def test_table_is_that_of_a_pass_with_uproot_alone(demo: Path) -> None:
    with uproot.open(DATA / "qcd.root") as file:
        arrays = file["Events"].arrays(["FatJet_pt", "FatJet_tau1", "FatJet_tau2"], library="np")
    best = [int(np.argmax(pt)) for pt in arrays["FatJet_pt"]]
    tau1, tau2 = (
        np.array([jets[one] for jets, one in zip(arrays[name], best, strict=True)])
        for name in ("FatJet_tau1", "FatJet_tau2")
    )
    np.testing.assert_array_equal(columns(demo, "qcd")["tau21"], np.float32(tau2 / tau1))


def test_report_is_one_self_contained_file(demo: Path) -> None:
    text = (demo / "report.html").read_text(encoding="utf-8")
    assert "trimmed_mass" in text
    assert "<link" not in text
    assert 'src="http' not in text
    assert "<script src" not in text
