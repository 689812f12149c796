from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.datasets.companions import with_companions

IDS = ["run", "luminosityBlock", "event"]
JET = ["nJet", "Jet_pt", "Jet_eta", "Jet_phi", "Jet_mass", "Jet_btag"]
MUON = ["nMuon", "Muon_pt", "Muon_eta", "Muon_phi", "Muon_mass", "Muon_charge", "Muon_tightId"]
OTHER = ["MET_pt", "MET_phi", "MET_sumEt", "PV_x", "PV_y", "PV_z", "PV_ndof"]
NANOAOD = [*IDS, "genWeight", *JET, *MUON, *OTHER]


def test_four_vector_counter_and_identifiers_come_along_in_the_order_of_the_file() -> None:
    assert with_companions(["Jet_btag"], NANOAOD) == (*IDS, *JET)


def test_charge_of_leptons_and_position_of_vertices() -> None:
    kept = with_companions(["Muon_pt", "PV_ndof"], NANOAOD)
    assert {"Muon_charge", "nMuon", "PV_x", "PV_y", "PV_z"} <= set(kept)
    assert "Muon_tightId" not in kept


def test_direction_of_missing_momentum() -> None:
    assert with_companions(["MET_pt"], NANOAOD)[3:] == ("MET_pt", "MET_phi")


def test_flat_trees_have_no_companions() -> None:
    assert with_companions(["x"], ["w", "x", "y"]) == ("x",)


def test_counter_alone_brings_nothing() -> None:
    assert with_companions(["nJet"], NANOAOD)[3:] == ("nJet",)


def test_wanted_names_that_the_file_lacks_are_left_out() -> None:
    assert with_companions(["Tau_pt"], NANOAOD) == ("run", "luminosityBlock", "event")


@given(st.sets(st.sampled_from(NANOAOD)))
def test_nothing_is_missing_and_twice_changes_nothing(names: set[str]) -> None:
    once = with_companions(names, NANOAOD)
    assert names <= set(once)
    assert with_companions(once, NANOAOD) == once
    assert [name for name in NANOAOD if name in once] == list(once)
