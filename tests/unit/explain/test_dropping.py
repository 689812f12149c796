from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from coffea_lcf.baselines import working_point
from coffea_lcf.errors import MissingBranchError
from coffea_lcf.explain import Yields, loss_without
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.significance import asimov
from coffea_lcf.table import ObservableTable

SELECTION = Selection((Cut("x", "right", lower=0.0), Cut("y", "right", lower=0.0)))
YIELDS = Yields(signal=100.0, background=400.0, background_uncertainty=0.1)


@pytest.fixture
def table() -> ObservableTable:
    return ObservableTable.from_arrays(
        {"x": [1.0, 1.0, -1.0, 1.0, 1.0, -1.0], "y": [1.0, -1.0, 1.0, 1.0, -1.0, -1.0]},
        label=[1, 1, 1, 0, 0, 0],
        weight=[1.0, 2.0, 1.0, 1.0, 3.0, 4.0],
    )


def test_figures_by_hand(table):
    losses = loss_without(SELECTION, table, [("x",), ("y",), ("x", "y"), ("z",)], YIELDS)
    # with all cuts: signal 1 of 4, background 1 of 8, right 1 + 7 of 12
    without_y = losses[("y",)]
    assert without_y.without.signal_efficiency == 0.75
    assert without_y.without.background_efficiency == 0.5
    assert without_y.accuracy == pytest.approx((8 - 7) / 12)
    assert without_y.balanced_accuracy == pytest.approx((0.25 - 0.125 - 0.75 + 0.5) / 2)
    expected = asimov(25.0, 50.0, 0.1) - asimov(75.0, 200.0, 0.1)
    assert without_y.significance == pytest.approx(float(expected))
    assert losses[("x", "y")].without.signal_efficiency == 1.0
    assert losses[("x", "y")].accuracy == pytest.approx((8 - 4) / 12)


def test_the_error_is_that_of_the_events_whose_decision_changes(table):
    loss = loss_without(SELECTION, table, [("y",)], YIELDS)[("y",)]
    # without the cut on y the second event is won (weight 2) and the fifth lost (weight 3)
    gain, mean = np.array([0, -1, 0, 0, 1, 0]), (3 - 2) / 12
    expected = math.sqrt(((table.weight * (gain - mean)) ** 2).sum()) / 12
    assert loss.accuracy_error == pytest.approx(expected)


def test_an_observable_without_cut_costs_nothing(table):
    loss = loss_without(SELECTION, table, [("z",)], YIELDS)[("z",)]
    assert (loss.accuracy, loss.accuracy_error, loss.balanced_accuracy) == (0.0, 0.0, 0.0)
    assert loss.significance == 0.0


def test_all_cuts_of_an_observable_go_and_it_is_exact(twins):
    twice = replace(twins.selection, cuts=(*twins.selection.cuts, Cut("mass", "left", upper=2.0)))
    for name, loss in loss_without(
        twice, twins.table, [(name,) for name in twins.table.names], YIELDS
    ).items():
        rest = replace(twice, cuts=tuple(cut for cut in twice.cuts if cut.observable != name[0]))
        assert loss.without == working_point(rest.mask(twins.table), twins.table)


def test_noise_costs_less_than_a_tenth_of_the_leader(twins):
    noisy = replace(
        twins.selection, cuts=(*twins.selection.cuts, Cut("noise", "right", lower=-2.5))
    )
    names = [("noise",), ("shape",), ("mass", "twin")]
    losses = loss_without(noisy, twins.table, names, Yields.of(twins.table))
    leader = losses[("mass", "twin")].accuracy
    assert abs(losses[("noise",)].accuracy) < 0.1 * leader
    assert losses[("noise",)].balanced_accuracy < 0.1 * losses[("mass", "twin")].balanced_accuracy


def test_one_twin_can_go_and_both_cannot(twins):
    groups = [("mass",), ("twin",), ("mass", "twin")]
    losses = loss_without(twins.selection, twins.table, groups, Yields.of(twins.table))
    singles = losses[("mass",)].accuracy + losses[("twin",)].accuracy
    assert abs(singles) < 0.02
    assert losses[("mass", "twin")].accuracy > 0.2


def test_without_cuts_there_is_nothing_to_lose(table):
    loss = loss_without(Selection(()), table, [("x",)], YIELDS)[("x",)]
    assert loss.accuracy == 0.0
    assert loss.without.signal_efficiency == 1.0


def test_events_with_nan_come_back_only_without_their_cut(table):
    x = table["x"].copy()
    x[0] = np.nan
    table = replace(table, columns={**table.columns, "x": x})
    losses = loss_without(SELECTION, table, [("x",), ("y",)], YIELDS)
    assert losses[("x",)].without.signal_efficiency == 0.5
    assert losses[("y",)].without.signal_efficiency == 0.5


def test_yields_of_a_table_are_its_sums_of_weights(table):
    assert Yields.of(table, 0.2) == Yields(4.0, 8.0, 0.2)


def test_a_missing_observable_is_named(table):
    with pytest.raises(MissingBranchError, match="'y' is not among the columns"):
        loss_without(SELECTION, table.only(("x",)), [("x",)], YIELDS)
