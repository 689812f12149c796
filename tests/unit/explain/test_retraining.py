from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.baselines import HistogramBoosting, roc
from coffea_lcf.explain import PermutationMask, auc_loss, retrained_without


def _sum(table, seed=0):
    names = table.names

    def score(other):
        return np.sum([other[name] for name in names], axis=0, dtype=np.float64) + 0.0 * seed

    return score


def test_losses_are_differences_of_areas(twins):
    losses = retrained_without(_sum, twins.table, twins.table, [("mass",), twins.table.names])
    full = roc(_sum(twins.table)(twins.table), twins.table).auc
    rest = twins.table.only(("twin", "shape", "noise"))
    assert losses[("mass",)].value == full - roc(_sum(rest)(twins.table), twins.table).auc
    assert losses[("mass",)].spread == 0.0
    assert losses[twins.table.names].value == pytest.approx(full - 0.5)


def test_the_spread_is_that_of_the_seeds(twins):
    seen = []

    def fit(table, seed):
        seen.append((table.names, seed))
        return lambda other: other["mass"].astype(np.float64) * (-1.0) ** (seed * (len(seen) > 2))

    loss = retrained_without(fit, twins.table, twins.table, [("noise",)], seeds=(0, 1))
    assert [names for names, _ in seen[:2]] == [twins.table.names] * 2
    assert [seed for _, seed in seen] == [0, 1, 0, 1]
    auc = roc(twins.table["mass"], twins.table).auc
    assert loss[("noise",)].value == pytest.approx((2 * auc - 1) / 2)
    assert loss[("noise",)].spread == pytest.approx((2 * auc - 1) / np.sqrt(2))


def test_a_twin_is_missed_when_masked_and_not_when_never_seen(twins):
    """Pitfall: three measures of the same trees differ by a factor of ten."""
    trees = HistogramBoosting(trees=20)
    groups = [("mass",), ("twin",), ("mass", "twin")]
    scorer = trees.fit(twins.table)
    masked = auc_loss(scorer, twins.table, groups, PermutationMask(2))
    learned = retrained_without(trees.fit, twins.table, twins.table, groups)
    assert masked[("mass",)].value > 10 * learned[("mass",)].value
    assert learned[("mass", "twin")].value > 0.1
