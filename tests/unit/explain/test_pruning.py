from __future__ import annotations

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.errors import ConfigError
from coffea_lcf.explain import (
    Yields,
    accuracy,
    balanced_accuracy,
    loss_without,
    prune,
    significance,
)
from coffea_lcf.selection import Cut, Selection


def _midway(table):
    """Cut every observable midway between its classes, where they differ at all."""
    cuts = []
    for name, column in table.columns.items():
        means = column[table.label].mean(), column[~table.label].mean()
        if abs(means[0] - means[1]) > 0.2:
            case, side = ("right", "lower") if means[0] > means[1] else ("left", "upper")
            cuts.append(Cut(name, case, **{side: sum(means) / 2}))
    return Selection(tuple(cuts))


@pytest.fixture
def halves(twins):
    return twins.table.split(0.5, seed=1)


def test_the_useless_goes_first_and_the_metric_holds(halves):
    path = prune(_midway, *halves, tolerance=0.002)
    assert path.offered == ("mass", "twin", "shape", "noise")
    assert path.accepted[0].observable in ("noise", "shape")
    assert "noise" not in path.observables
    assert len({"mass", "twin"} & set(path.observables)) == 1
    assert path.start - path.end <= 0.002
    assert path.end == accuracy(path.selection, halves[1])


def test_steps_tell_the_metric_before_and_after(halves):
    path = prune(_midway, *halves)
    current = path.start
    for step in path.steps:
        assert step.before == current
        assert step.after == accuracy(step.selection, halves[1])
        assert step.accepted == (path.start - step.after <= 0.002)
        current = step.after if step.accepted else current
    assert current == path.end
    # it ends with a round in which nothing could go
    tail = path.steps[-len(path.observables) :]
    assert len(path.observables) == 1 or not any(step.accepted for step in tail)


def test_everything_may_go_but_one(halves):
    path = prune(_midway, *halves, tolerance=1.0)
    assert len(path.observables) == 1
    assert len(path.accepted) == 3


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (balanced_accuracy, "balanced accuracy"),
        (significance(Yields(10.0, 100.0, 0.0)), "asimov significance"),
    ],
)
def test_the_metric_is_named(halves, metric, words):
    assert prune(_midway, *halves, metric=metric).metric == words


def test_what_is_kept_is_never_tried(halves):
    path = prune(_midway, *halves, tolerance=1.0, keep=("noise", "shape"))
    assert path.observables == ("shape", "noise")
    assert {step.observable for step in path.steps} == {"mass", "twin"}


def test_nothing_goes_where_everything_is_needed():
    random, label = np.random.default_rng(1), np.arange(4000) % 2 == 0
    columns = {
        name: random.normal(np.where(label, 3.0, np.where(random.random(4000) < 0.5, 3.0, -3.0)))
        for name in "ab"
    }
    halves = lcf.ObservableTable.from_arrays(columns, label).split(0.5)
    path = prune(_midway, *halves)
    assert path.observables == ("a", "b")
    assert [step.accepted for step in path.steps] == [False, False]
    assert path.selection is path.full
    assert path.end == path.start


@pytest.mark.parametrize("metric", [balanced_accuracy, significance(Yields(10.0, 100.0, 0.1))])
def test_the_metric_is_a_function(halves, metric):
    path = prune(_midway, *halves, metric=metric, tolerance=0.01)
    assert path.start == metric(path.full, halves[1])
    assert path.end == metric(path.selection, halves[1]) >= path.start - 0.01


def test_metrics_agree_with_what_dropping_a_cut_says(twins):
    yields = Yields(10.0, 100.0)
    rest = Selection(twins.selection.cuts[:2])
    loss = loss_without(twins.selection, twins.table, [("shape",)], yields)[("shape",)]
    for metric, lost in (
        (accuracy, loss.accuracy),
        (balanced_accuracy, loss.balanced_accuracy),
        (significance(yields), loss.significance),
    ):
        fall = metric(twins.selection, twins.table) - metric(rest, twins.table)
        assert fall == pytest.approx(lost)


def test_pruning_a_real_fit(two_classes):
    def refit(table):
        return lcf.fit(table, "sequential", repeats=1).selection

    path = prune(refit, *two_classes.split(0.5), tolerance=0.005)
    assert path.observables == ("peak", "shift")
    assert path.accepted[0].observable == "noise"


def test_the_table_is_left_as_it_was(halves):
    before = halves[0].matrix()
    prune(_midway, *halves)
    assert np.array_equal(before, halves[0].matrix())
    assert halves[0].names == ("mass", "twin", "shape", "noise")


@pytest.mark.parametrize("tolerance", [-0.1, float("nan")])
def test_a_tolerance_is_not_negative(halves, tolerance):
    with pytest.raises(ConfigError, match=rf"tolerance = {tolerance}: the metric may fall by zero"):
        prune(_midway, *halves, tolerance=tolerance)


def test_what_is_kept_must_be_there(halves):
    with pytest.raises(ConfigError, match=r"keep names 'nois', not in the table\n  nearest  noise"):
        prune(_midway, *halves, keep=("nois",))
