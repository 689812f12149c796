"""The chain on real NanoAOD of CMS; skipped where the public samples are not at hand."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import uproot
import yaml
from coffea.nanoevents import NanoEventsFactory

from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.processing.schemas import SCHEMAS
from coffea_lcf.selection import Cut, Selection

from .chain import (
    PROCESSOR,
    REPOSITORY,
    columns,
    ok,
    read_json,
    skim_files,
    sum_over_runs,
    with_selection,
    write_config,
)

FOLDER = Path(os.environ.get("COFFEA_LCF_DATA", REPOSITORY.parent / "shared" / "data")) / "nanoaod"
CONFIG = REPOSITORY / "analysis_configs" / "nanoaod_ttbar.yaml"
FILES = {"ttbar": FOLDER / "nano_tt_v12.root", "dy": FOLDER / "nano_dy.root"}
CUTS = Selection((Cut("n_fatjets", "left", upper=1.5), Cut("met", "right", 20.0, unit="GeV")))

pytestmark = pytest.mark.skipif(
    not all(path.is_file() for path in FILES.values()), reason=f"no NanoAOD files in {FOLDER}"
)


@pytest.fixture(scope="module")
def document() -> dict:
    """Return ``nanoaod_ttbar.yaml`` with the paths of this machine."""
    content = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    for name, section in content["datasets"].items():
        section["files"] = [str(FILES[name])]
    return {**content, "processor": PROCESSOR}


@pytest.fixture(scope="module")
def ended(document: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the configuration and of the output of the whole chain."""
    folder = tmp_path_factory.mktemp("nanoaod")
    config = write_config(folder / "nanoaod.yaml", document)
    ok("run", config, "-o", folder / "output", "-q")
    return folder


@pytest.fixture(scope="module")
def skimmed(ended: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output with fixed cuts in place of those that 240 events taught."""
    output = tmp_path_factory.mktemp("skimmed") / "output"
    shutil.copytree(ended / "output", output)
    return with_selection(ended / "nanoaod.yaml", output, CUTS, "skim")


def test_whole_chain(ended: Path) -> None:
    output = ended / "output"
    assert (output / "report.html").stat().st_size > 10_000
    flow = load_cutflow(output / "cutflow.json").cutflow
    assert flow.events("ttbar")[0] == 200
    assert flow.events("dy")[0] == 40


@pytest.mark.parametrize("dataset", list(FILES))
def test_columns_are_those_of_uproot(skimmed: Path, dataset: str) -> None:
    arrays = uproot.open(FILES[dataset])["Events"].arrays(["nFatJet", "MET_pt"], library="np")
    table = columns(skimmed, dataset)
    np.testing.assert_array_equal(table["n_fatjets"], arrays["nFatJet"])
    np.testing.assert_array_equal(table["met"], arrays["MET_pt"])


@pytest.mark.parametrize("dataset", list(FILES))
def test_skims_hold_the_selected_events_and_the_runs(skimmed: Path, dataset: str) -> None:
    mask = CUTS.mask(columns(skimmed, dataset))
    events = uproot.open(FILES[dataset])["Events/event"].array(library="np")[mask]
    paths = skim_files(skimmed, dataset)
    kept = [uproot.open(path)["Events/event"].array(library="np") for path in paths]
    np.testing.assert_array_equal(np.concatenate(kept), events)
    assert 0 < len(events) < len(mask)
    listed = read_json(skimmed / "skims" / "fileset.json")[dataset]["metadata"]
    # NanoAOD v5 to v7 spell it with an underscore; ttbar has no Runs, and gets ours
    spelling = "genEventSumw_" if dataset == "dy" else "genEventSumw"
    assert sum_over_runs(paths, spelling) == pytest.approx(listed["sumw"], rel=1e-12)


def test_sum_of_weights_is_that_of_the_runs_or_else_of_the_events(skimmed: Path) -> None:
    listed = read_json(skimmed / "skims" / "fileset.json")
    assert listed["dy"]["metadata"]["sumw"] == sum_over_runs([FILES["dy"]], "genEventSumw_")
    assert "Runs" not in uproot.open(FILES["ttbar"]).keys(cycle=False)
    stored = columns(skimmed, "ttbar")["weight"].sum()
    assert listed["ttbar"]["metadata"]["sumw"] == pytest.approx(stored, rel=1e-12)


def test_objects_of_a_skim_are_those_of_the_input(skimmed: Path) -> None:
    [path] = skim_files(skimmed, "dy")
    schema = SCHEMAS["NanoAODSchema"]
    skim = NanoEventsFactory.from_root({path: "Events"}, schemaclass=schema).events()
    source = NanoEventsFactory.from_root({FILES["dy"]: "Events"}, schemaclass=schema).events()
    source = source[CUTS.mask(columns(skimmed, "dy"))]
    for collection in ("FatJet", "Muon", "Electron"):
        for field in ("pt", "eta", "mass"):
            assert skim[collection][field].to_list() == source[collection][field].to_list()
    assert skim.FatJet.rapidity.to_list() == source.FatJet.rapidity.to_list()


@pytest.mark.slow
def test_skim_of_all_branches_opens(document: dict, tmp_path: Path) -> None:
    config = write_config(
        tmp_path / "nanoaod.yaml",
        document,
        skim={"columns": ["*", "-HLT_*", "-L1_*"], "format": "rntuple"},
        execution={"chunksize": 1000},
    )
    output = with_selection(config, tmp_path / "out", CUTS, "skim")
    for dataset in FILES:
        expected = int(CUTS.mask(columns(output, dataset)).sum())
        found = 0
        for path in skim_files(output, dataset):
            events = NanoEventsFactory.from_root(
                {path: "Events"}, schemaclass=SCHEMAS["NanoAODSchema"]
            ).events()
            found += len(events.Jet["pt"])
        assert found == expected
