from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from coffea_lcf.baselines import GradientBoosting, HistogramBoosting, roc
from coffea_lcf.baselines.trees import NegativeWeightsWarning


def test_defaults_are_those_of_scikit_learn():
    ours, theirs = GradientBoosting(), GradientBoostingClassifier()
    assert ours.trees == theirs.n_estimators
    assert ours.learning_rate == theirs.learning_rate
    assert ours.depth == theirs.max_depth


def test_scores_are_those_of_scikit_learn(two_classes):
    oracle = GradientBoostingClassifier(n_estimators=10, max_depth=2, random_state=3)
    oracle.fit(two_classes.matrix(), two_classes.label)
    scorer = GradientBoosting(trees=10, depth=2).fit(two_classes, seed=3)
    expected = oracle.decision_function(two_classes.matrix())
    np.testing.assert_allclose(scorer(two_classes), expected, rtol=1e-6)


def test_histograms_are_as_good_as_exact_splits(two_classes):
    first, second = two_classes.split(0.5)
    exact, binned = (
        roc(kind(trees=30).fit(first)(second), second).auc
        for kind in (GradientBoosting, HistogramBoosting)
    )
    assert binned == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("kind", [GradientBoosting, HistogramBoosting])
def test_negative_weights_are_left_out_with_a_warning(kind, two_classes):
    negative = np.arange(len(two_classes)) % 8 == 0
    weighted = replace(two_classes, weight=np.where(negative, -2.0, 1.0))
    with pytest.warns(NegativeWeightsWarning, match=r"500 of 4000 .*\(22\.2% of Σ\|w\|\)"):
        scorer = kind(trees=5).fit(weighted)
    clean = kind(trees=5).fit(two_classes.select(~negative))
    assert np.array_equal(scorer(two_classes), clean(two_classes))
