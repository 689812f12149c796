from __future__ import annotations

from pathlib import Path
from typing import Any

import awkward as ak
import cloudpickle
import numpy as np
import pytest

from coffea_lcf.errors import ConfigError, MissingBranchError
from coffea_lcf.processing.load import load_processor

FILE = Path(__file__).parents[3] / "processors" / "jets.py"
LargeRJets = load_processor(FILE, "LargeRJets")

EVENTS = ak.zip(
    {
        "FatJet_pt": [[300.0, 450.0, 400.0], [], [500.0]],
        "FatJet_eta": [[0.1, -1.5, 0.3], [], [2.0]],
        "FatJet_mass": [[20.0, 80.5, 90.0], [], [0.0]],
        "FatJet_tau1": [[0.5, 0.25, 0.5], [], [0.0]],
        "FatJet_tau2": [[0.4, 0.125, 0.1], [], [0.0]],
        "FatJet_nConstituents": [[10, 42, 30], [], [1]],
        "MET_pt": [12.0, 34.0, 56.0],
    },
    depth_limit=1,
)


def columns(*observables: str, events: Any = EVENTS, **options: Any) -> dict[str, list[float]]:
    found = LargeRJets(observables, **options).columns(events)
    assert {values.dtype for values in found.values()} == {np.dtype(np.float32)}
    return {name: values.tolist() for name, values in found.items()}


@pytest.mark.parametrize(
    ("observable", "expected"),
    [
        ("jet_pt", [450.0, np.nan, 500.0]),
        ("jet_eta", [-1.5, np.nan, 2.0]),
        ("jet_mass", [80.5, np.nan, 0.0]),
        ("n_constituents", [42.0, np.nan, 1.0]),
        ("n_fatjets", [3.0, 0.0, 1.0]),
        ("fatjet_ht", [1150.0, 0.0, 500.0]),
        ("met", [12.0, 34.0, 56.0]),
    ],
)
def test_leading_jet_by_pt_and_event_by_hand(observable: str, expected: list[float]) -> None:
    np.testing.assert_array_equal(columns(observable)[observable], expected)


def test_ratio_is_nan_where_the_denominator_is_zero() -> None:
    np.testing.assert_array_equal(columns("tau21")["tau21"], [0.5, np.nan, np.nan])


def test_physlite_is_read_by_its_names_and_scaled_from_mev() -> None:
    prefix = "AnalysisLargeRJetsAuxDyn."
    names = {"pt": "pt", "mass": "m", "tau1": "Tau1_wta", "tau2": "Tau2_wta"}
    stored = {
        prefix + theirs: EVENTS[f"FatJet_{ours}"] * (1000 if ours in ("pt", "mass") else 1)
        for ours, theirs in names.items()
    }
    observables = ("jet_pt", "jet_mass", "tau21", "n_fatjets", "fatjet_ht")
    physlite = ak.zip(stored, depth_limit=1)
    one, other = columns(*observables), columns(*observables, events=physlite, layout="physlite")
    for name in observables:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-6)


def test_the_branch_is_read_and_not_the_lorentz_property() -> None:
    from coffea.nanoevents.methods import vector

    fields = ("pt", "eta", "mass", "tau1", "tau2")
    jets = ak.zip(
        {**{name: EVENTS[f"FatJet_{name}"] for name in fields}, "phi": 0.0},
        with_name="PtEtaPhiMLorentzVector",
        behavior=vector.behavior,
    )
    events = ak.zip({"FatJet": jets}, depth_limit=1)
    # by attribute it is mass², coffea issue 1506
    assert events.FatJet.tau2[0, 1] == pytest.approx(80.5**2)
    assert columns("tau21", events=events)["tau21"][0] == 0.5


def test_needed_branches_hold_the_pt_that_chooses() -> None:
    processor = LargeRJets(["tau21", "jet_pt"], weight="genWeight")
    assert processor.needed_branches() == {
        "tau21": ("FatJet_tau2", "FatJet_tau1", "FatJet_pt"),
        "jet_pt": ("FatJet_pt",),
    }
    assert processor.branches_to_read() == ["FatJet_pt", "FatJet_tau1", "FatJet_tau2", "genWeight"]


def test_needed_branches_of_physlite() -> None:
    needed = LargeRJets(["jet_mass", "D2_b1"], layout="physlite").needed_branches()
    assert needed == {
        "jet_mass": ("AnalysisLargeRJetsAuxDyn.m", "AnalysisLargeRJetsAuxDyn.pt"),
        "D2_b1": ("AnalysisLargeRJetsAuxDyn.D2", "AnalysisLargeRJetsAuxDyn.pt"),
    }


def test_event_observables_need_no_jets() -> None:
    assert LargeRJets(["met"]).needed_branches() == {"met": ("MET_pt",)}
    assert columns("met", events=EVENTS[["MET_pt"]])["met"] == [12.0, 34.0, 56.0]


def test_catalogue_is_named_once_with_units_for_energies() -> None:
    names = [one.name for one in LargeRJets.catalogue]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert all(one.description for one in LargeRJets.catalogue)
    in_gev = {one.name for one in LargeRJets.catalogue if one.unit == "GeV"}
    assert in_gev == {name for name in names if name.endswith(("_pt", "mass", "_ht", "met"))}


def test_missing_branch_names_the_observable() -> None:
    class Located:
        metadata = {"filename": "a.root", "dataset": "d"}  # noqa: RUF012
        fields = EVENTS.fields

        def __getitem__(self, name: str) -> Any:
            return EVENTS[name]

    with pytest.raises(MissingBranchError) as caught:
        LargeRJets(["N2_b1"]).columns(Located())
    assert str(caught.value).split("\n")[:3] == [
        "FatJet_n2b1 is not among the branches",
        "  needed by  observable 'N2_b1'",
        "  in file    a.root, dataset 'd'",
    ]


def test_unknown_layout() -> None:
    with pytest.raises(ConfigError, match="layout 'delphes' is not one of nanoaod, physlite"):
        LargeRJets(["jet_pt"], layout="delphes")


def test_pickle_is_small() -> None:
    every = [one.name for one in LargeRJets.catalogue]
    assert len(cloudpickle.dumps(LargeRJets(every, weight="genWeight"))) < 50_000


CANDIDATES = ak.zip(
    {
        # two of the candidates belong to the leading jet, number 1; one to none
        "FatJetPFCands_jetIdx": [[0, 1, 2, 1], [], [0]],
        "FatJetPFCands_pFCandsIdx": [[4, 0, 1, 3], [], [0]],
        "PFCands_pt": [[1.0, 2.0, 4.0, 8.0, 16.0], [], [32.0]],
        "PFCands_eta": [[0.1, 0.2, 0.3, 0.4, 0.5], [], [0.6]],
        "PFCands_phi": [[1.1, 1.2, 1.3, 1.4, 1.5], [], [1.6]],
        "PFCands_mass": [[0.0, 0.0, 0.0, 0.14, 0.0], [], [0.0]],
    },
    depth_limit=1,
)


def sum_of_pt(pt: Any, eta: Any, phi: Any, mass: Any) -> Any:
    assert [ak.num(one).tolist() for one in (eta, phi, mass)] == [ak.num(pt).tolist()] * 3
    return ak.sum(pt, axis=1)


def test_constituents_are_those_of_the_leading_jet() -> None:
    events = ak.zip(
        {name: array[name] for array in (EVENTS, CANDIDATES) for name in array.fields},
        depth_limit=1,
    )
    processor = LargeRJets(["jet_pt", LargeRJets.scored("sum", sum_of_pt)])
    found = processor.columns(events)
    np.testing.assert_array_equal(found["sum"], [9.0, 0.0, 32.0])
    np.testing.assert_array_equal(found["jet_pt"], [450.0, np.nan, 500.0])
    assert set(processor.needed_branches()["sum"]) == {*CANDIDATES.fields, "FatJet_pt"}


def test_physlite_has_no_constituents() -> None:
    with pytest.raises(ConfigError, match="'physlite' has no constituents"):
        LargeRJets([LargeRJets.scored("sum", sum_of_pt)], layout="physlite")
