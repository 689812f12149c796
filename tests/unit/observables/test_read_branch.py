from __future__ import annotations

import awkward as ak
import pytest

from coffea_lcf.errors import MissingBranchError
from coffea_lcf.observables import Observable, read_branch
from coffea_lcf.observables.branches import known_branches

FLAT = ak.Array({"FatJet_tau2": [[0.1], []], "MET_pt": [3.0, 4.0]})
NESTED = ak.zip(
    {
        "FatJet": ak.zip({"tau2": [[0.1], []], "pt": [[9.0], []]}),
        "MET": ak.zip({"pt": [3.0, 4.0]}),
        "HLT_Mu": ak.zip({"eff_2": [1.0, 2.0]}),
        "LargeRJets": ak.zip({"pt": [[5.0], [6.0]], "Tau1_wta": [[0.5], [0.6]]}),
        "EventInfo": ak.zip({"eventNumber": [1, 2]}),
        "genWeight": [1.0, 2.0],
    },
    depth_limit=1,
)


@pytest.mark.parametrize("events", [FLAT, NESTED], ids=["flat", "nested"])
def test_same_name_in_any_schema(events: ak.Array) -> None:
    assert read_branch(events, "FatJet_tau2").to_list() == [[0.1], []]
    assert read_branch(events, "MET_pt").to_list() == [3.0, 4.0]


def test_counter_is_the_length_of_the_collection_that_it_became() -> None:
    assert read_branch(NESTED, "nFatJet").to_list() == [1, 0]


@pytest.mark.parametrize(
    ("branch", "values"),
    [
        ("genWeight", [1.0, 2.0]),
        ("HLT_Mu_eff_2", [1.0, 2.0]),
        ("AnalysisLargeRJetsAuxDyn.pt", [[5.0], [6.0]]),
        ("AnalysisLargeRJetsAuxDyn.Tau1_wta", [[0.5], [0.6]]),
        ("EventInfoAux.eventNumber", [1, 2]),
    ],
)
def test_underscores_and_physlite_prefixes(branch: str, values: list) -> None:
    assert read_branch(NESTED, branch).to_list() == values


def test_missing_branch_names_the_nearest() -> None:
    with pytest.raises(MissingBranchError) as caught:
        read_branch(NESTED, "FatJet_tau1")
    assert str(caught.value).startswith(
        "FatJet_tau1 is not among the branches\n  nearest    FatJet_tau2"
    )


def test_names_in_the_flat_spelling() -> None:
    assert known_branches(FLAT) == ["FatJet_tau2", "MET_pt"]
    assert known_branches(NESTED)[:3] == ["FatJet_tau2", "FatJet_pt", "MET_pt"]


def test_an_observable_is_by_default_its_branch() -> None:
    observable = Observable("x", ("x",))
    values = object()
    assert observable.function(values) is values
    assert (observable.unit, observable.level, observable.description) == ("", "event", "")
