from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain import correlation_groups, spearman
from coffea_lcf.explain.correlation import within_classes
from coffea_lcf.table import ObservableTable


def test_ranks_by_hand():
    columns = np.array([[1.0, 10.0, 3.0], [2.0, 20.0, 2.0], [3.0, 1000.0, 1.0]])
    np.testing.assert_allclose(spearman(columns), [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])


def test_ties_agree_with_scipy():
    columns = np.random.default_rng(1).integers(0, 5, (50, 3))
    np.testing.assert_allclose(spearman(columns), spearmanr(columns).statistic)


def test_a_weight_of_two_is_two_events():
    random = np.random.default_rng(2)
    columns, weight = random.normal(size=(20, 2)), random.integers(1, 4, 20)
    repeated = np.repeat(columns, weight, axis=0)
    np.testing.assert_allclose(spearman(columns, weight.astype(float)), spearman(repeated))


def test_a_constant_has_no_rank_correlation():
    assert np.isnan(spearman([[1.0, 2.0], [1.0, 3.0]])[0, 1])


def test_groups_hold_what_says_the_same(twins):
    assert correlation_groups(twins.table) == (("mass", "twin"), ("shape",), ("noise",))
    assert correlation_groups(twins.table, 1.0) == (("mass",), ("twin",), ("shape",), ("noise",))
    assert correlation_groups(twins.table, 0.0) == (("mass", "twin", "shape", "noise"),)


def test_two_good_observables_are_no_group_for_both_being_good():
    random, label = np.random.default_rng(3), np.arange(2000) % 2 == 0
    columns = {name: random.normal(np.where(label, 3.0, -3.0), 1.0) for name in "ab"}
    table = ObservableTable.from_arrays(columns, label)
    assert spearman(table.matrix())[0, 1] > 0.7
    assert within_classes(table)[0, 1] < 0.1
    assert correlation_groups(table) == (("a",), ("b",))


def test_correlation_is_the_mean_of_both_classes():
    table = ObservableTable.from_arrays(
        {"a": [1, 2, 3, 1, 2, 3], "b": [3, 2, 1, 1, 3, 2]}, [1, 1, 1, 0, 0, 0]
    )
    assert within_classes(table)[0, 1] == pytest.approx((1.0 + 0.5) / 2)


def test_nan_negative_weights_and_constants_do_no_harm(twins):
    table = twins.table
    mass, weight = table["mass"].copy(), table.weight.copy()
    mass[:50], weight[50:100] = np.nan, -1.0
    columns = {**table.columns, "mass": mass, "one": np.ones(len(table), np.float32)}
    found = correlation_groups(replace(table, columns=columns, weight=weight))
    assert found == (("mass", "twin"), ("shape",), ("noise",), ("one",))


def test_one_observable_is_one_group(twins):
    assert correlation_groups(twins.table.only(("mass",))) == (("mass",),)


def test_a_threshold_is_a_correlation(twins):
    with pytest.raises(ConfigError, match=r"threshold = 1\.5 is not a correlation between 0 and 1"):
        correlation_groups(twins.table, 1.5)
