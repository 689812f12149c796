"""What holds for every baseline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coffea_lcf.baselines import (
    BASELINES,
    MLP,
    GradientBoosting,
    HistogramBoosting,
    baseline,
    roc,
)
from coffea_lcf.errors import ConfigError, FitError, MissingBranchError
from coffea_lcf.table import ObservableTable, concatenate
from coffea_lcf.training.prepare import DroppedEventsWarning

QUICK = {
    "trees": GradientBoosting(trees=20),
    "histogram-trees": HistogramBoosting(trees=20),
    "mlp": MLP(epochs=10, batch_size=256),
}


@pytest.fixture(params=list(QUICK))
def quick(request):
    return QUICK[request.param]


@pytest.fixture
def with_nan(two_classes) -> ObservableTable:
    shift = two_classes["shift"].copy()
    shift[:10], shift[10] = np.nan, np.inf
    return replace(two_classes, columns={**two_classes.columns, "shift": shift})


def test_scores_are_log_odds_of_the_signal(quick, two_classes):
    first, second = two_classes.split(0.5)
    scores = quick.fit(first)(second)
    assert (scores.shape, scores.dtype) == ((len(second),), np.float64)
    assert roc(scores, second).auc > 0.93
    assert np.mean((scores > 0) == second.label) > 0.85


def test_the_same_seed_gives_the_same_scores(quick, two_classes):
    first, second = (quick.fit(two_classes, seed=4)(two_classes) for _ in range(2))
    assert np.array_equal(first, second)


def test_the_seed_reaches_the_network(two_classes):
    first, second = (QUICK["mlp"].fit(two_classes, seed=seed)(two_classes) for seed in (1, 2))
    assert not np.array_equal(first, second)


def test_events_of_no_weight_teach_nothing(quick, two_classes):
    wrong = replace(two_classes, label=~two_classes.label, weight=np.full(len(two_classes), 1e-9))
    scores = quick.fit(concatenate([two_classes, wrong]))(two_classes)
    assert roc(scores, two_classes).auc > 0.93


def test_events_with_nan_are_left_out_and_have_no_score(quick, with_nan):
    with pytest.warns(DroppedEventsWarning, match=r"11 of 4000 events .*shift: 11"):
        scorer = quick.fit(with_nan)
    assert np.flatnonzero(np.isnan(scorer(with_nan))).tolist() == list(range(11))


def test_a_table_of_nothing_but_nan_has_no_scores(quick, two_classes):
    nothing = ObservableTable.from_arrays(
        {name: [np.nan, np.nan] for name in two_classes.names}, [1, 0]
    )
    assert np.isnan(quick.fit(two_classes)(nothing)).all()


def test_columns_are_found_by_name(quick, two_classes):
    scorer = quick.fit(two_classes.only(("peak", "shift")))
    reordered = two_classes.only(("shift", "noise", "peak"))
    assert np.array_equal(scorer(reordered), scorer(two_classes))
    with pytest.raises(MissingBranchError, match="no observable 'peak'"):
        scorer(two_classes.only(("shift",)))


def test_the_table_is_left_as_it_was(quick, two_classes):
    before = two_classes.matrix(), two_classes.weight.copy(), two_classes.label.copy()
    quick.fit(two_classes)(two_classes)
    after = two_classes.matrix(), two_classes.weight, two_classes.label
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))


def test_both_classes_are_needed(quick, two_classes):
    with pytest.raises(FitError, match="no background among the 2000 usable events"):
        quick.fit(two_classes.select(two_classes.label))


@pytest.mark.parametrize("kind", [GradientBoosting, HistogramBoosting, MLP])
def test_equal_priors_move_the_zero_of_the_score(kind, two_classes):
    rare = two_classes.select(two_classes.label | (np.arange(len(two_classes)) % 10 == 1))
    settings = {"epochs": 10} if kind is MLP else {"trees": 20}
    sample = kind(**settings).fit(rare)(two_classes)
    equal = kind(**settings, class_prior="equal").fit(rare)(two_classes)
    background = ~two_classes.label
    assert np.mean(sample[background] > 0) > 1.5 * np.mean(equal[background] > 0)


@pytest.mark.parametrize("name", list(BASELINES))
def test_baselines_by_name(name):
    assert baseline(name) is BASELINES[name]
    assert isinstance(BASELINES[name].name, str)


def test_an_unknown_baseline_is_told_the_names():
    with pytest.raises(ConfigError, match="'mpl' is not one of trees, histogram-trees, mlp, pap"):
        baseline("mpl")
