from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.errors import MissingBranchError, SelectionError, TableError
from coffea_lcf.selection import Cut, Selection

WINDOW = Cut("mass", "middle", 60.5, 98.0, "GeV", importance=0.62, importance_spread=0.015)
SHAPE = Cut("tau21", "left", upper=0.5, importance=0.38)
SELECTION = Selection((WINDOW, SHAPE), unused=("pt",), provenance={"seed": 1})
COLUMNS = {
    "mass": np.array([80.0, 80.0, 20.0, np.nan], np.float32),
    "tau21": np.array([0.2, 0.9, 0.2, 0.2], np.float32),
}


def test_the_mask_is_the_and_of_the_cuts():
    assert SELECTION.mask(COLUMNS).tolist() == [True, False, False, False]
    masks = SELECTION.masks(COLUMNS)
    assert masks["mass"].tolist() == [True, True, False, False]
    assert masks["tau21"].tolist() == [True, False, True, True]


def test_columns_come_from_many_places(table):
    expected = SELECTION.mask(COLUMNS).tolist()
    structured = np.rec.fromarrays(list(COLUMNS.values()), names=list(COLUMNS))
    for columns in ({k: v.tolist() for k, v in COLUMNS.items()}, ak.zip(COLUMNS), structured):
        assert SELECTION.mask(columns).tolist() == expected
    assert SELECTION.mask(table).tolist() == [True, True, False, False]


def test_events_without_the_object_fail_its_cut():
    columns = ak.Array({"mass": [80.0, None], "tau21": [0.2, 0.2]})
    assert SELECTION.mask(columns).tolist() == [True, False]


def test_jets_must_be_chosen_before_they_are_cut():
    columns = ak.Array({"mass": [[80.0], [70.0, 90.0]], "tau21": [0.2, 0.2]})
    with pytest.raises(TableError, match=r"'mass' is not one number per event.*\n.*ak.firsts"):
        SELECTION.mask(columns)


def test_a_missing_observable_names_the_nearest():
    with pytest.raises(MissingBranchError, match=r"'tau21' is not among.*\n  nearest  tau_21"):
        SELECTION.mask({"mass": [80.0], "tau_21": [0.2]})


def test_columns_must_have_one_length():
    with pytest.raises(TableError, match=r"different lengths: \{'mass': 1, 'tau21': 2\}"):
        SELECTION.mask({"mass": [80.0], "tau21": [0.2, 0.3]})


@pytest.mark.parametrize("kind", ["mapping", "awkward", "structured"])
def test_no_cuts_keep_everything(kind):
    columns = {
        "mapping": COLUMNS,
        "awkward": ak.zip(COLUMNS),
        "structured": np.zeros(4, dtype=[("mass", "f4")]),
    }[kind]
    assert Selection(()).mask(columns).tolist() == [True] * 4


def test_no_events_are_no_problem():
    assert SELECTION.mask({"mass": [], "tau21": []}).shape == (0,)


def test_labels_number_the_cuts_on_one_observable():
    low, high = Cut("mass", "right", lower=60.0), Cut("mass", "left", upper=100.0)
    selection = Selection((low, SHAPE, high))
    assert selection.names == ("mass", "tau21", "mass_2")
    assert selection.observables == ("mass", "tau21")
    assert selection.masks(COLUMNS)["mass_2"].tolist() == [True, True, True, False]


def test_labels_never_collide_with_an_observable_of_that_name():
    cuts = (
        Cut("x", "right", lower=0.0),
        Cut("x", "left", upper=1.0),
        Cut("x_2", "right", lower=0.0),
    )
    selection = Selection(cuts)
    assert len(set(selection.names)) == 3
    # the second cut rejects the event and must not be lost
    assert not selection.mask({"x": [2.0], "x_2": [1.0]}).any()


def test_a_selection_prints_as_a_readable_list():
    selection = Selection(
        (Cut("pt", "right", lower=250.0, unit="GeV", fixed=True), WINDOW, SHAPE), unused=("eta",)
    )
    assert str(selection) == (
        "Selection of 3 cuts\n"
        "  1. pt > 250 GeV           fixed\n"
        "  2. 60.5 < mass < 98 GeV   importance 0.620 ± 0.015\n"
        "  3. tau21 < 0.5            importance 0.380\n"
        "  no cut on eta"
    )
    assert str(Selection((Cut("x", "left", upper=1.0),))) == "Selection of 1 cut\n  1. x < 1"
    assert str(Selection(())) == "Selection of 0 cuts"


def test_provenance_is_added_to_a_copy():
    copy = SELECTION.with_provenance(input="a.root")
    assert copy.provenance == {"seed": 1, "input": "a.root"}
    assert SELECTION.provenance == {"seed": 1}
    assert copy.cuts == SELECTION.cuts


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0, float("nan")])
def test_the_threshold_is_a_probability(threshold):
    with pytest.raises(SelectionError, match=f"threshold = {threshold} is not between 0 and 1"):
        Selection((), threshold=threshold)


def test_a_selection_is_made_of_cuts():
    with pytest.raises(SelectionError, match="made of Cut objects, not 'mass > 60'"):
        Selection(("mass > 60",))
