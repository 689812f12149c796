"""Joint cuts through `lcf.fit`."""

from __future__ import annotations

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate


@pytest.fixture(scope="module")
def halves():
    random = np.random.default_rng(4)
    signal = random.random(16_000) < 0.5
    columns = {
        "peak": np.where(signal, random.normal(80, 8, 16_000), random.exponential(60, 16_000)),
        "shift": random.normal(np.where(signal, -1.0, 1.0), 1.5),
        "noise": random.normal(size=16_000),
    }
    return lcf.ObservableTable.from_arrays(columns, signal, units={"peak": "GeV"}).split(0.5, 1)


@pytest.fixture(scope="module")
def result(halves):
    return lcf.fit(halves[0], strategy="joint", seed=1, repeats=2)


def test_cases_are_found_and_noise_is_not_cut(result):
    cuts = {cut.observable: cut for cut in result.selection.cuts}
    assert set(cuts) == {"peak", "shift"}
    assert cuts["peak"].case == "middle"
    assert cuts["peak"].unit == "GeV"
    assert 55 < cuts["peak"].lower < 72
    assert 88 < cuts["peak"].upper < 110
    assert cuts["shift"].case == "left"
    assert result.selection.unused == ("noise",)


def test_joint_is_no_worse_than_sequential(halves, result):
    training, test = halves
    sequential = lcf.fit(training, "sequential", repeats=1).selection
    joint = evaluate(result.selection, test)["accuracy"]
    assert joint > evaluate(sequential, test)["accuracy"] - 0.001


def test_importance_sums_to_one_with_a_spread(result):
    assert sum(result.importance.values()) == pytest.approx(1.0)
    assert result.importance["noise"] == 0.0
    assert result.selection.cuts[0].importance_spread is not None
    assert len(result.repeats) == 2


def test_importance_is_the_loss_of_what_was_optimised():
    random = np.random.default_rng(8)
    signal = np.arange(20_000) % 20 == 0
    columns = {name: random.normal(np.where(signal, 2.0, 0.0)) for name in ("x", "y")}
    table = lcf.ObservableTable.from_arrays(columns, signal)
    found = lcf.fit(table, "joint", repeats=1, class_prior="sample", validation_fraction=0.0)
    cuts = found.selection.cuts

    def accuracy(*kept):
        passed = lcf.Selection(tuple(kept)).mask(table)
        return np.mean(passed == table.label)

    lost = [accuracy(*cuts) - accuracy(*(one for one in cuts if one is not cut)) for cut in cuts]
    expected = {cut.observable: loss / sum(lost) for cut, loss in zip(cuts, lost, strict=True)}
    assert len(cuts) == 2
    assert found.importance == pytest.approx(expected)


def test_working_points_are_reached_nested_and_in_order(halves):
    training, test = halves
    objective = lcf.BackgroundRejection(signal_efficiency=[0.8, 0.4])
    result = lcf.fit(training, "joint", objective=objective, repeats=1)
    loose, tight = result.selections
    assert result.selection is loose
    assert evaluate(loose, training)["signal_efficiency"] == pytest.approx(0.8, abs=0.005)
    assert evaluate(tight, training)["signal_efficiency"] == pytest.approx(0.4, abs=0.005)
    assert not (tight.mask(test) & ~loose.mask(test)).any()


def test_directions_and_fixed_cuts_are_kept(halves):
    fixed = lcf.Cut("shift", "left", upper=0.5, fixed=True)
    result = lcf.fit(
        halves[0], "joint", repeats=1, fixed=[fixed], directions={"peak": "right", "noise": None}
    )
    assert result.selection.cuts[0] == fixed
    assert [cut.case for cut in result.selection.cuts[1:]] == ["right"]


def test_significance_is_better_than_of_accurate_cuts(halves, result):
    training, test = halves
    objective = lcf.Asimov(20.0, 2000.0, background_uncertainty=0.1)
    found = lcf.fit(training, "joint", objective=objective, repeats=1).selection

    def z(selection):
        figures = evaluate(selection, test)
        return objective.score(figures["signal_efficiency"], figures["background_efficiency"])

    assert z(found) > z(result.selection)


def test_negative_weights_are_weights(halves):
    training = halves[0]
    weight = np.where(np.arange(len(training)) % 10 == 0, -0.5, 1.0)
    columns = dict(training.columns)
    table = lcf.ObservableTable.from_arrays(columns, training.label, weight)
    cuts = lcf.fit(table, "joint", repeats=1).selection.cuts
    assert {cut.observable for cut in cuts} >= {"peak", "shift"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strategy": "parallel", "objective": lcf.Accuracy()}, "an objective is for the joint"),
        ({"directions": {"peak": "left"}}, "directions are for the joint strategy"),
        ({"strategy": "joint", "directions": {"peek": "left"}}, "direction given for 'peek'"),
    ],
)
def test_what_cannot_be_asked(halves, options, message):
    with pytest.raises(FitError, match=message):
        lcf.fit(halves[0], **options)
