from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coffea_lcf.baselines import HistogramBoosting, roc, working_point
from coffea_lcf.errors import MissingBranchError
from coffea_lcf.explain import MeanMask, PermutationMask, auc_loss, decision
from coffea_lcf.table import ObservableTable

SINGLES = (("mass",), ("twin",), ("shape",), ("noise",))
MASKS = [MeanMask(), PermutationMask(3)]
RANDOM = np.random.default_rng(0)


def _only(name):
    return lambda table: table[name].astype(np.float64)


@pytest.fixture
def small() -> ObservableTable:
    return ObservableTable.from_arrays(
        {"a": [4.0, 3.0, 2.0, np.nan], "b": [1.0, 2.0, 3.0, 4.0]}, [1, 1, 0, 0]
    )


def test_the_mean_of_finite_events_replaces_them(small):
    (masked,) = MeanMask().masked(small, ("a",), RANDOM)
    np.testing.assert_array_equal(masked["a"], np.float32([3.0, 3.0, 3.0, np.nan]))
    assert masked["b"] is small["b"]


def test_permutation_keeps_the_values_and_groups_move_together(small):
    for masked in PermutationMask(20).masked(small, ("a", "b"), RANDOM):
        assert sorted(masked["a"][:3]) == [2.0, 3.0, 4.0]
        np.testing.assert_array_equal((masked["a"] + masked["b"])[:3], 5.0)
        assert np.isnan(masked["a"][3])
        assert masked["b"][3] == 4.0


def test_masking_the_only_observable_loses_everything():
    table = ObservableTable.from_arrays({"x": [4.0, 3.0, 2.0, 1.0], "y": [0.0] * 4}, [1, 1, 0, 0])
    losses = auc_loss(_only("x"), table, [("x",), ("y",)], MeanMask())
    assert losses[("x",)].value == 0.5
    assert losses[("y",)].value == 0.0
    assert losses[("x",)].spread == 0.0


def test_the_spread_is_that_of_the_repeats(two_classes):
    mask, groups = PermutationMask(8), [("shift",)]
    loss = auc_loss(_only("shift"), two_classes, groups, mask)[("shift",)]
    full = roc(_only("shift")(two_classes), two_classes).auc
    assert loss.value == pytest.approx(full - 0.5, abs=4 * loss.spread / np.sqrt(8))
    # of an AUC of n + n events without information
    assert loss.spread == pytest.approx(np.sqrt(1 / (6 * 2000)), rel=0.8)


@pytest.mark.parametrize("mask", MASKS)
def test_noise_is_below_a_tenth_of_the_leader(twins, mask):
    losses = auc_loss(twins.scorer, twins.table, [*SINGLES, ("mass", "twin")], mask)
    leader = max(loss.value for loss in losses.values())
    assert abs(losses[("noise",)].value) < 0.1 * leader
    assert losses[("noise",)].value < losses[("shape",)].value


@pytest.mark.parametrize("mask", MASKS)
def test_a_twin_covers_for_the_other_and_the_group_tells(twins, mask):
    losses = auc_loss(twins.scorer, twins.table, [*SINGLES, ("mass", "twin")], mask)
    singles = losses[("mass",)].value + losses[("twin",)].value
    assert losses[("mass", "twin")].value >= singles
    # more than twice what any single one shows
    assert losses[("mass", "twin")].value > 2 * max(losses[("twin",)].value, 0.0)


@pytest.mark.parametrize("mask", MASKS)
def test_an_observable_loses_its_credit_to_its_twin(twins, mask):
    alone = HistogramBoosting(trees=20).fit(twins.table.only(("mass", "shape", "noise")))
    lost = [
        auc_loss(scorer, twins.table, [("mass",)], mask)[("mass",)].value
        for scorer in (alone, twins.scorer)
    ]
    assert lost[0] > 1.2 * lost[1]


def test_two_perfect_copies_look_useless_one_by_one():
    table = ObservableTable.from_arrays(
        {"m": [4.0, 3.0, 2.0, 1.0], "t": [4.0, 3.0, 2.0, 1.0]}, [1, 1, 0, 0]
    )

    def mean(table):
        return (table["m"] + table["t"]).astype(np.float64)

    losses = auc_loss(mean, table, [("m",), ("t",), ("m", "t")], MeanMask())
    assert [loss.value for loss in losses.values()] == [0.0, 0.0, 0.5]


@pytest.mark.parametrize("mask", MASKS)
def test_explaining_changes_nothing_and_follows_its_seed(twins, mask):
    columns = {name: column.copy() for name, column in twins.table.columns.items()}
    before = twins.scorer(twins.table)
    first, second = (auc_loss(twins.scorer, twins.table, SINGLES, mask, seed=3) for _ in range(2))
    assert first == second
    assert np.array_equal(twins.scorer(twins.table), before)
    assert all(np.array_equal(columns[name], twins.table[name]) for name in columns)


def test_events_without_a_score_stay_without(twins):
    mass = twins.table["mass"].copy()
    mass[:1000] = np.nan
    table = replace(twins.table, columns={**twins.table.columns, "mass": mass})
    for mask in MASKS:
        for masked in mask.masked(table, ("mass",), RANDOM):
            assert np.isnan(twins.scorer(masked)).sum() == 1000


def test_a_column_of_nan_stays_one():
    table = ObservableTable.from_arrays({"x": [np.nan, np.nan]}, [1, 0])
    for mask in MASKS:
        assert all(np.isnan(masked["x"]).all() for masked in mask.masked(table, ("x",), RANDOM))


def test_the_area_of_a_decision_is_its_balanced_accuracy(twins):
    scores = decision(twins.selection)(twins.table)
    passed = twins.selection.mask(twins.table)
    assert set(scores) == {0.0, 1.0}
    expected = working_point(passed, twins.table).balanced_accuracy
    assert roc(scores, twins.table).auc == pytest.approx(expected)


def test_an_unknown_observable_is_named(twins):
    with pytest.raises(MissingBranchError, match="no observable 'mas'"):
        auc_loss(twins.scorer, twins.table, [("mas",)], MeanMask())
