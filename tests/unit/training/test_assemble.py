from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.assemble import selections, with_spread, without_uninformative

INFINITY = float("inf")


def _one(lower: float, upper: float, *, edge: bool = False, importance: float = 1.0) -> Selection:
    """Return the selection of one hard cut on events between 0 and 10."""
    table = ObservableTable.from_arrays({"x": [0.0, 4.0, 10.0]}, [1, 0, 0], units={"x": "GeV"})
    hard = HardCuts(torch.tensor([[lower]]), torch.tensor([[upper]]), torch.tensor([[edge]]))
    return selections(hard, np.array([[importance]]), table, 0.4)[0]


@pytest.mark.parametrize(
    ("lower", "upper", "edge", "words"),
    [
        (2.0, INFINITY, False, "x > 2 GeV"),
        (-INFINITY, 3.0, False, "x < 3 GeV"),
        (2.0, 3.0, False, "2 < x < 3 GeV"),
        (2.0, 3.0, True, "x < 2 or x > 3 GeV"),
        # one side of a window or an edge excludes nothing
        (-5.0, 3.0, False, "x < 3 GeV"),
        (2.0, 50.0, False, "x > 2 GeV"),
        (-5.0, 3.0, True, "x > 3 GeV"),
        (2.0, 50.0, True, "x < 2 GeV"),
    ],
)
def test_hard_cuts_become_cuts(lower, upper, edge, words):
    selection = _one(lower, upper, edge=edge)
    assert [str(cut) for cut in selection.cuts] == [words]
    assert selection.unused == ()
    assert selection.threshold == 0.4


@pytest.mark.parametrize(
    ("lower", "upper", "edge"),
    [
        # keeps every event
        (-5.0, INFINITY, False),
        (-INFINITY, 50.0, False),
        (-5.0, 50.0, False),
        (20.0, 30.0, True),
        (-30.0, -20.0, True),
        # an edge whose boundaries crossed
        (3.0, 2.0, True),
        # no numbers
        (np.nan, INFINITY, False),
        (-INFINITY, np.nan, False),
        (np.nan, np.nan, True),
        (-INFINITY, INFINITY, False),
        # outside of the events
        (50.0, INFINITY, False),
        (-INFINITY, -5.0, False),
        (-5.0, 50.0, True),
    ],
)
def test_cuts_without_a_say_are_unused(lower, upper, edge):
    assert _one(lower, upper, edge=edge) == Selection((), unused=("x",), threshold=0.4)


def test_the_baseline_is_a_twentieth_of_the_mean_importance():
    table = ObservableTable.from_arrays({"x": [0.0, 10.0], "y": [0.0, 10.0]}, [1, 0])
    hard = HardCuts(torch.full((2, 2), 2.0), torch.full((2, 2), INFINITY), torch.zeros(2, 2).bool())
    importance = np.array([[0.974, 0.026], [0.976, 0.024]])
    first, second = selections(hard, importance, table, 0.5)
    assert [cut.observable for cut in first.cuts] == ["x", "y"]
    assert first.cuts[1].importance == 0.026
    assert [cut.observable for cut in second.cuts] == ["x"]
    assert second.unused == ("y",)


@pytest.fixture
def thousand():
    """Signal passes x in 6 of 10, background in 4 of 10; y tells nothing; 1000 each."""
    step = np.tile(np.arange(10), 200)
    label = np.repeat([1, 0], 1000)
    return ObservableTable.from_arrays(
        {
            "x": np.where(label == 1, step < 6, step < 4),
            "y": np.arange(2000) // 10 % 2,
        },
        label,
    )


X, Y = Cut("x", "right", lower=0.5), Cut("y", "right", lower=0.5)


def test_cuts_that_keep_the_same_of_both_classes_go(thousand):
    kept = without_uninformative(Selection((Y, X), unused=("z",)), thousand, 3.0)
    assert kept.cuts == (X,)
    assert kept.unused == ("z", "y")


# (0.6 - 0.4) / sqrt(0.5 * 0.5 * (1/1000 + 1/1000)) = 8.944
@pytest.mark.parametrize(("significance", "cuts"), [(8.9, (X,)), (9.0, ())])
def test_the_separation_by_hand(thousand, significance, cuts):
    assert without_uninformative(Selection((X,)), thousand, significance).cuts == cuts


def test_weights_enter_by_the_effective_number_of_events(thousand):
    # half of each class with weight 0 leaves 500 effective events: 8.944 / sqrt 2
    weight = (np.arange(2000) // 10 % 2).astype(float)
    halved = ObservableTable.from_arrays(thousand.columns, thousand.label, weight)
    assert without_uninformative(Selection((X,)), halved, 6.3).cuts == (X,)
    assert without_uninformative(Selection((X,)), halved, 6.4).cuts == ()


def test_a_cut_is_judged_on_the_events_that_reach_it(thousand):
    # the second cut on x excludes nothing that the first one left
    again = Cut("x", "right", lower=0.25)
    assert without_uninformative(Selection((X, again)), thousand, 3.0).cuts == (X,)


def test_no_significance_keeps_all(thousand):
    assert without_uninformative(Selection((Y, X)), thousand, 0.0).cuts == (Y, X)


def test_the_spread_is_that_of_the_repeats_with_the_same_case():
    repeats = tuple(
        Selection((cut,))
        for cut in (
            Cut("x", "middle", 1.0, 5.0, importance=0.5),
            Cut("x", "middle", 2.0, 5.0, importance=0.7),
            Cut("x", "right", lower=9.0, importance=0.9),
        )
    )
    (cut,) = with_spread(repeats[0], repeats).cuts
    assert (cut.lower, cut.upper, cut.importance) == (1.0, 5.0, 0.5)
    # the sample deviation of two numbers is their distance over √2
    assert cut.lower_spread == pytest.approx(1 / np.sqrt(2))
    assert cut.upper_spread == 0.0
    assert cut.importance_spread == pytest.approx(0.2 / np.sqrt(2))


def test_one_repeat_has_no_spread():
    selection = Selection((Cut("x", "left", upper=1.0, importance=1.0),))
    (cut,) = with_spread(selection, (selection,)).cuts
    assert (cut.upper_spread, cut.lower_spread, cut.importance_spread) == (None, None, None)
