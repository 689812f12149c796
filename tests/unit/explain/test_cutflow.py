from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from coffea_lcf.baselines import HistogramBoosting, roc, working_point
from coffea_lcf.errors import ConfigError, MissingBranchError, TableError
from coffea_lcf.explain import MeanMask, Yields, auc_loss, explain_selection, loss_without
from coffea_lcf.selection import Cut, Selection

NAN = math.nan


@pytest.fixture(scope="module")
def explanation(twins):
    return explain_selection(twins.selection, twins.table, scorer=twins.scorer, seed=1)


def test_each_observable_has_a_row_with_its_cut_and_importance(explanation):
    rows = {row.observable: row for row in explanation.rows}
    assert list(rows) == ["mass", "twin", "shape", "noise"]
    assert rows["mass"].cuts == ("mass > 0",)
    assert (rows["mass"].importance, rows["mass"].importance_spread) == (0.6, 0.01)
    assert rows["noise"].cuts == ()
    assert math.isnan(rows["noise"].importance)
    assert math.isnan(rows["shape"].importance_spread)
    assert [row.group for row in rows.values()] == [0, 0, 1, 2]


def test_where_nothing_is_correlated_all_measures_have_the_same_leader(twins):
    table = twins.table.only(("shape", "mass", "noise"))
    single = Selection((Cut("mass", "right", lower=0.0), Cut("shape", "left", upper=1.0)))
    scorer = HistogramBoosting(trees=20).fit(table)
    explanation = explain_selection(single, table, scorer=scorer)
    assert explanation.groups == ()
    for measure in (
        lambda row: row.dropped.accuracy,
        lambda row: row.dropped.significance,
        lambda row: row.mean_mask.value,
        lambda row: row.permutation.value,
    ):
        assert max(explanation.rows, key=measure).observable == "mass"


def test_given_importances_count_more_than_noted_ones(twins):
    rows = explain_selection(
        twins.selection, twins.table, importance={"mass": 0.5, "noise": 0.1}, permutations=1
    ).rows
    assert [row.importance for row in rows] == pytest.approx([0.5, NAN, NAN, 0.1], nan_ok=True)


def test_measures_are_those_of_their_functions(twins, explanation):
    single = [("mass",)]
    yields = Yields.of(twins.table)
    dropped = loss_without(twins.selection, twins.table, single, yields)[("mass",)]
    masked = auc_loss(twins.scorer, twins.table, single, MeanMask())[("mass",)]
    assert explanation.rows[0].dropped == dropped
    assert explanation.rows[0].mean_mask == masked
    assert explanation.point == working_point(twins.selection.mask(twins.table), twins.table)
    assert explanation.auc == roc(twins.scorer(twins.table), twins.table).auc
    assert explanation.significance == yields.significance(explanation.point)


def test_twins_are_a_group_that_is_worth_more_than_its_members(explanation):
    (group,) = explanation.groups
    assert group.observables == ("mass", "twin")
    members = explanation.rows[:2]
    assert group.permutation.value > sum(row.permutation.value for row in members)
    assert group.mean_mask.value > sum(row.mean_mask.value for row in members)
    assert group.dropped.accuracy > 0.2 > sum(row.dropped.accuracy for row in members)


def test_agreement_is_symmetric_and_leaves_out_what_is_missing(explanation):
    matrix = np.array(explanation.agreement.matrix)
    assert explanation.agreement.measures[:2] == ("importance", "accuracy")
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_allclose(np.diag(matrix), 1.0)


def test_agreement_without_any_importance_is_nan(twins):
    explanation = explain_selection(twins.selection, twins.table, importance={}, permutations=1)
    assert np.isnan(explanation.agreement.matrix[0]).all()
    assert explanation.agreement.matrix[1][1] == pytest.approx(1.0)


def test_without_a_scorer_the_decision_is_masked(twins):
    explanation = explain_selection(twins.selection, twins.table)
    assert explanation.auc == pytest.approx(explanation.point.balanced_accuracy)
    unused = explanation.rows[3]
    assert (unused.permutation.value, unused.mean_mask.value) == (0.0, 0.0)
    assert explanation.rows[0].permutation.value > 0.1


def test_yields_scale_the_significance(twins):
    small, large = (
        explain_selection(twins.selection, twins.table, yields=yields, permutations=1)
        for yields in (Yields(10.0, 100.0), Yields(1000.0, 10_000.0))
    )
    assert large.significance == pytest.approx(10 * small.significance)
    ratio = large.rows[2].dropped.significance / small.rows[2].dropped.significance
    assert ratio == pytest.approx(10.0)


def test_the_same_seed_explains_alike_and_changes_nothing(twins, explanation):
    before = twins.table.matrix()
    again = explain_selection(twins.selection, twins.table, scorer=twins.scorer, seed=1)
    other = explain_selection(twins.selection, twins.table, scorer=twins.scorer, seed=2)
    permuted = [[row.permutation for row in found.rows] for found in (explanation, again, other)]
    assert permuted[0] == permuted[1] != permuted[2]
    assert np.array_equal(before, twins.table.matrix())


def test_what_cannot_be_explained_is_refused(twins):
    with pytest.raises(MissingBranchError, match="'shape' is not among the columns"):
        explain_selection(twins.selection, twins.table.only(("mass", "twin")))
    with pytest.raises(TableError, match="the background is 0"):
        explain_selection(twins.selection, twins.table.select(twins.table.label))
    with pytest.raises(ConfigError, match="threshold = 2"):
        explain_selection(twins.selection, twins.table, correlation=2)


def test_rows_with_nan_are_rejected_by_all(twins):
    shape = twins.table["shape"].copy()
    shape[::4] = np.nan
    table = replace(twins.table, columns={**twins.table.columns, "shape": shape})
    found = explain_selection(twins.selection, table, scorer=twins.scorer, permutations=1)
    assert found.point.signal_efficiency < 0.5
    assert found.auc < roc(twins.scorer(twins.table), twins.table).auc - 0.1
