from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from coffea_lcf.baselines import working_point
from coffea_lcf.errors import ConfigError, MissingBranchError
from coffea_lcf.explain import Yields, cuts_as_predictor, explain_selection, loss_without
from coffea_lcf.selection import Cut, Selection

NAN = math.nan


@pytest.fixture(scope="module")
def explanation(twins):
    return explain_selection(twins.selection, twins.table)


def test_each_observable_has_a_row_with_its_cut_and_importance(explanation):
    rows = {row.observable: row for row in explanation.rows}
    assert list(rows) == ["mass", "twin", "shape", "noise"]
    assert rows["mass"].cuts == ("mass > 0",)
    assert (rows["mass"].importance, rows["mass"].importance_spread) == (0.6, 0.01)
    assert rows["noise"].cuts == ()
    assert math.isnan(rows["noise"].importance)
    assert math.isnan(rows["shape"].importance_spread)
    assert [row.group for row in rows.values()] == [0, 0, 1, 2]


def test_where_nothing_is_correlated_all_losses_have_the_same_leader(twins):
    table = twins.table.only(("shape", "mass", "noise"))
    single = Selection((Cut("mass", "right", lower=0.0), Cut("shape", "left", upper=1.0)))
    explanation = explain_selection(single, table)
    assert explanation.groups == ()
    for loss in (lambda row: row.dropped.accuracy, lambda row: row.dropped.significance):
        assert max(explanation.rows, key=loss).observable == "mass"


def test_given_importances_count_more_than_noted_ones(twins):
    rows = explain_selection(
        twins.selection, twins.table, importance={"mass": 0.5, "noise": 0.1}
    ).rows
    assert [row.importance for row in rows] == pytest.approx([0.5, NAN, NAN, 0.1], nan_ok=True)


def test_losses_are_those_of_their_function(twins, explanation):
    yields = Yields.of(twins.table)
    dropped = loss_without(twins.selection, twins.table, [("mass",)], yields)[("mass",)]
    assert explanation.rows[0].dropped == dropped
    assert explanation.point == working_point(twins.selection.mask(twins.table), twins.table)
    assert explanation.significance == yields.significance(explanation.point)


def test_twins_are_a_group_that_is_worth_more_than_its_members(explanation):
    (group,) = explanation.groups
    assert group.observables == ("mass", "twin")
    members = explanation.rows[:2]
    assert group.dropped.accuracy > 0.2 > sum(row.dropped.accuracy for row in members)


def test_yields_scale_the_significance(twins):
    small, large = (
        explain_selection(twins.selection, twins.table, yields=yields)
        for yields in (Yields(10.0, 100.0), Yields(1000.0, 10_000.0))
    )
    assert large.significance == pytest.approx(10 * small.significance)
    ratio = large.rows[2].dropped.significance / small.rows[2].dropped.significance
    assert ratio == pytest.approx(10.0)


def test_what_cannot_be_explained_is_refused(twins):
    with pytest.raises(MissingBranchError, match="'shape' is not among the columns"):
        explain_selection(twins.selection, twins.table.only(("mass", "twin")))
    with pytest.raises(ConfigError, match="threshold = 2"):
        explain_selection(twins.selection, twins.table, correlation=2)


def test_rows_with_nan_are_rejected(twins):
    shape = twins.table["shape"].copy()
    shape[::4] = np.nan
    table = replace(twins.table, columns={**twins.table.columns, "shape": shape})
    assert explain_selection(twins.selection, table).point.signal_efficiency < 0.5


def test_cuts_as_a_predictor_know_what_was_learned_and_what_is_lost(twins, explanation):
    cuts = cuts_as_predictor(twins.selection, explanation)
    assert cuts.noted["learned"][("mass",)] == 0.6
    assert math.isnan(cuts.noted["learned"][("noise",)])
    lost = cuts.noted["no cut"]
    assert lost[("noise",)] == 0.0
    assert lost[("mass", "twin")] == explanation.groups[0].dropped.balanced_accuracy
    assert set(cuts.scorer(twins.table)) == {0.0, 1.0}
    assert cuts.fit is None
    assert cuts.needed == frozenset()


def test_cuts_without_importance_have_no_such_column(twins):
    explanation = explain_selection(twins.selection, twins.table, importance={})
    assert set(cuts_as_predictor(twins.selection, explanation).noted) == {"no cut"}


def test_fixed_cuts_are_needed_by_a_refit(twins):
    fixed = replace(twins.selection.cuts[0], fixed=True)
    selection = Selection((fixed, *twins.selection.cuts[1:]))
    explanation = explain_selection(selection, twins.table)
    cuts = cuts_as_predictor(selection, explanation, lambda table: Selection(()))
    assert cuts.needed == {"mass"}
    assert set(cuts.fit(twins.table, 0)(twins.table)) == {1.0}
