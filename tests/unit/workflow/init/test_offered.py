from __future__ import annotations

import pytest

from coffea_lcf.workflow.init.formats import FORMATS, formats_of
from coffea_lcf.workflow.init.offered import offered
from coffea_lcf.workflow.inspect import Inspection

FIELDS = ("pt", "eta", "phi", "mass")
NANOAOD = {"nFatJet": "int32_t", "nJet": "int32_t"}
NANOAOD |= {f"{one}_{field}": "float[]" for one in ("FatJet", "Jet") for field in FIELDS}


def file(**branches: str) -> Inspection:
    return Inspection("a.root", "Events", {"Events": 1}, branches, None, {}, {})


def flat_names(*files: Inspection) -> list[str]:
    return [one.name for one in offered(files, FORMATS[-1])[1]]


def test_formats_are_told_by_their_branches() -> None:
    assert [one.kind for one in formats_of(NANOAOD)] == ["LargeRJets", "LeadingObjects", ""]
    assert [one.schema for one in formats_of({"AnalysisLargeRJetsAuxDyn.pt"})] == [
        "PHYSLITESchema",
        "BaseSchema",
    ]
    assert [one.kind for one in formats_of({"x"})] == [""]


@pytest.mark.parametrize("layout", FORMATS[:-1], ids=lambda one: one.schema + one.kind)
def test_processors_of_formats_are_supplied(layout) -> None:
    assert layout.source.is_file()
    assert layout.processor().__name__ == layout.kind


@pytest.mark.parametrize(
    "branch",
    [
        "run", "luminosityBlock", "event", "eventNumber", "genWeight", "EventWeight",
        "btagWeight_SF",
        "GenMET_pt", "MET_fiducialGenPt", "nGenJet", "LHE_HT", "nLHEPart", "MCleptonPDGid",
        "mcChannelNumber", "truth_pt", "Pileup_nTrueInt", "PV_x", "PV_npvs",
        "fixedGridRhoFastjetAll", "Generator_x1", "genTtbarId", "mc_pt", "runNumber",
    ],
)  # fmt: skip
def test_what_no_selection_should_use_is_not_offered(branch: str) -> None:
    assert flat_names(file(**{branch: "float", "x": "float"})) == ["x"]


@pytest.mark.parametrize("branch", ["trunk", "NMuon", "mchi", "generic", "MET_pt", "m_c", "HT"])
def test_other_branches_are(branch: str) -> None:
    assert flat_names(file(**{branch: "float"})) == [branch]


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("float", 1), ("double", 1), ("int32_t", 1), ("std::uint64_t", 1), ("bool", 0), ("float[]", 0),
     ("float[3]", 0), ("std::vector<float>", 0)],
)  # fmt: skip
def test_one_number_an_event(kind: str, numbers: int) -> None:
    assert len(flat_names(file(x=kind))) == numbers


def test_names_that_no_cut_can_have_are_mended() -> None:
    found = offered([file(**{"MET.pt": "float", "2x": "float"})], FORMATS[-1])[1]
    assert [(one.name, one.branches) for one in found] == [("MET_pt", ("MET.pt",))]


def test_only_branches_of_all_files() -> None:
    assert flat_names(file(x="float", y="float"), file(y="float", z="float")) == ["y"]


def test_what_the_processor_says_is_not_said_twice() -> None:
    large, small, _ = formats_of(NANOAOD)
    more = file(**NANOAOD, MET_pt="float", MET_phi="float")
    known, flat = offered([more], large)
    names = ["jet_pt", "jet_eta", "jet_mass", "n_fatjets", "fatjet_ht", "met"]
    assert [one.name for one in known] == names
    assert [one.name for one in flat] == ["nJet", "MET_phi"]
    known, flat = offered([more], small)
    assert [one.name for one in known] == [
        "n_jet", "jet1_pt", "jet2_pt", "jet1_eta", "ht", "jet1_mass",
        "n_fatjet", "fatjet1_pt", "fatjet2_pt", "fatjet1_eta", "met",
    ]  # fmt: skip
    assert [one.name for one in flat] == ["MET_phi"]


def test_units_of_nanoaod() -> None:
    _, flat = offered(
        [file(**NANOAOD, RawMET_pt="float", RawMET_phi="float")], formats_of(NANOAOD)[0]
    )
    assert {one.name: one.unit for one in flat} == {
        "nJet": "",
        "RawMET_pt": "GeV",
        "RawMET_phi": "",
    }
