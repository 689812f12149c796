from __future__ import annotations

import warnings

import numpy as np
import pytest

from coffea_lcf.errors import FitError
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.prepare import (
    DroppedEventsWarning,
    centers,
    standardisation,
    training_weights,
    usable,
)


def _table(x, label, weight=None):
    return ObservableTable.from_arrays({"x": x}, label, weight)


def test_finite_tables_pass_without_a_word(table):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert usable(table) is table


def test_rows_that_are_not_finite_are_counted_and_left_out():
    table = ObservableTable.from_arrays(
        {
            "x": [1.0, np.nan, np.inf, 4.0],
            "y": [1.0, np.nan, 3.0, 4.0],
            "z": [1.0, 2.0, 3.0, 4.0],
        },
        [1, 1, 0, 0],
    )
    message = r"2 of 4 events .* \(x: 2, y: 1\); they are left out of the fit and fail the cuts"
    with pytest.warns(DroppedEventsWarning, match=message):
        kept = usable(table)
    assert kept["x"].tolist() == [1.0, 4.0]
    assert kept.label.tolist() == [True, False]


@pytest.mark.parametrize(("label", "missing"), [([1, 1], "background"), ([0, 0], "signal")])
def test_both_classes_are_needed(label, missing):
    with pytest.raises(FitError, match=f"no {missing} among the 2 usable events"):
        usable(_table([1.0, 2.0], label))


@pytest.mark.filterwarnings("ignore::coffea_lcf.training.prepare.DroppedEventsWarning")
def test_both_classes_are_needed_after_rows_are_dropped():
    with pytest.raises(FitError, match="no signal among the 1 usable events: a fit needs both"):
        usable(_table([np.nan, 2.0], [1, 0]))


def test_weights_have_mean_one():
    weight = training_weights(_table([1, 2, 3], [1, 0, 0], [2.0, 3.0, -0.5]), "sample")
    assert weight.tolist() == pytest.approx([2 / 1.5, 3 / 1.5, -0.5 / 1.5])


def test_equal_priors_give_both_classes_the_same_sum():
    table = _table([1, 2, 3], [1, 0, 0], [2.0, 3.0, -1.0])
    weight = training_weights(table, "equal")
    assert weight.tolist() == pytest.approx([1.5, 2.25, -0.75])
    assert table.weight.tolist() == [2.0, 3.0, -1.0]


@pytest.mark.parametrize("prior", ["sample", "equal"])
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (
            [0.0, 1.0, 1.0],
            "signal is 0, and must be positive: a fit needs both",
        ),
        ([1.0, 1.0, -3.0], "sum of weights of the background is -2"),
    ],
)
def test_classes_need_a_positive_weight(prior, weight, message):
    with pytest.raises(FitError, match=message):
        training_weights(_table([1, 2, 3], [1, 0, 0], weight), prior)


def test_standardisation_by_hand():
    table = ObservableTable.from_arrays({"x": [1.0, 3.0], "y": [0.0, 8.0]}, [1, 0])
    mean, scale = standardisation(table)
    assert mean.tolist() == [2.0, 4.0]
    assert scale.tolist() == [1.0, 4.0]


def test_standardisation_keeps_its_digits_far_from_zero():
    x = np.float32(1e6) + np.arange(100_000, dtype=np.float32) % 2
    mean, scale = standardisation(_table(x, np.arange(100_000) % 2))
    assert float(mean[0]) == pytest.approx(1e6 + 0.5, abs=0.07)
    assert float(scale[0]) == pytest.approx(0.5, rel=1e-6)


def test_a_constant_observable_cannot_be_cut():
    table = ObservableTable.from_arrays({"x": [1.0, 2.0], "n": [3.0, 3.0]}, [1, 0])
    with pytest.raises(FitError, match=r"observable 'n' is 3\.0 in every event: leave it out"):
        standardisation(table)


def test_centers_average_the_signal_without_its_tails():
    signal = np.arange(101.0)
    signal[-1] = 1e6
    table = _table(np.append(signal, [500.0, -500.0]), [1] * 101 + [0, 0])
    # values are clipped to the quantiles 5 and 95 %: symmetric about 50
    assert centers(table).tolist() == [50.0]


def test_centers_weigh_the_signal_and_ignore_negative_weights():
    table = _table([0.0, 10.0, 10.0, 3.0], [1, 1, 1, 0], [3.0, 1.0, -5.0, 1.0])
    # quantiles of (0, 10, 10): 1 and 10
    assert centers(table).tolist() == [pytest.approx((3 * 1 + 1 * 10) / 4)]


def test_a_center_lies_between_two_peaks():
    signal = np.concatenate([np.full(50, -5.0), np.full(50, 5.0)])
    assert centers(_table(np.append(signal, 0.0), [1] * 100 + [0])).tolist() == [0.0]


def test_given_centers_are_taken(table):
    assert centers(table, {"tau21": 0.25})[1] == 0.25
    assert centers(table, {"tau21": 0.25})[0] == centers(table)[0]


def test_a_center_must_belong_to_the_table(table):
    with pytest.raises(FitError, match=r"center given for 'tau2', not in .*\n  nearest  tau21"):
        centers(table, {"tau2": 0.5})


@pytest.mark.parametrize("center", [np.nan, np.inf])
def test_a_center_is_a_number(table, center):
    with pytest.raises(FitError, match=r"center .*'mass'"):
        centers(table, {"mass": center})


def test_prior_of_events_gives_each_class_its_share_of_the_events():
    table = ObservableTable.from_arrays({"a": range(4)}, [1, 0, 0, 0], [5.0, 1.0, 2.0, 3.0])
    weight = training_weights(table, "events")
    assert weight.mean() == pytest.approx(1.0)
    assert weight[0] == pytest.approx(1.0)
    assert weight[1:].tolist() == pytest.approx([0.5, 1.0, 1.5])
