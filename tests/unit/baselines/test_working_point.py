from __future__ import annotations

import math

import numpy as np
import pytest

from coffea_lcf.baselines import WorkingPoint, working_point
from coffea_lcf.baselines.working_point import binomial_error
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable


def test_figures_by_hand():
    table = ObservableTable.from_arrays({"x": np.zeros(5)}, [1, 1, 0, 0, 0], [1, 3, 2, 1, 1])
    point = working_point(np.array([False, True, True, False, False]), table)
    assert (point.signal_efficiency, point.background_efficiency) == (0.75, 0.5)
    assert point.accuracy == pytest.approx((3 + 2) / 8)
    assert point.balanced_accuracy == (0.75 + 0.5) / 2
    # equivalent events: 16/10 of the signal, 16/6 of the background, 64/16 of both
    assert point.signal_error == pytest.approx(math.sqrt(0.75 * 0.25 / 1.6))
    assert point.background_error == pytest.approx(math.sqrt(0.25 * 6 / 16))
    assert point.accuracy_error == pytest.approx(math.sqrt(0.625 * 0.375 / 4))
    assert point.rejection == 2.0
    assert point.rejection_error == pytest.approx(4 * point.background_error)


def test_accuracy_of_unit_weights_is_that_of_the_evaluation(two_classes):
    selection = Selection((Cut("shift", "left", upper=0.0), Cut("peak", "middle", -3.0, 3.0)))
    figures = evaluate(selection, two_classes)
    point = working_point(selection.mask(two_classes), two_classes)
    assert point.accuracy == pytest.approx(figures["accuracy"])
    assert point.signal_efficiency == pytest.approx(figures["signal_efficiency"])
    assert point.background_efficiency == pytest.approx(figures["background_efficiency"])


def test_nothing_left_is_an_infinite_rejection():
    point = WorkingPoint(0.5, 0.1, 0.0, 0.0, 0.75, 0.1)
    assert (point.rejection, point.rejection_error) == (math.inf, math.inf)


def test_a_missing_class_gives_nan():
    table = ObservableTable.from_arrays({"x": [1.0, 2.0]}, [1, 1])
    point = working_point(np.array([True, False]), table)
    assert point.signal_efficiency == 0.5
    assert math.isnan(point.background_efficiency)
    assert math.isnan(point.background_error)


@pytest.mark.parametrize(
    ("efficiency", "weight", "error"),
    [
        (0.5, np.ones(100), 0.05),
        (0.5, np.full(100, 1e-9), 0.05),
        (0.5, np.array([1.0] * 100 + [-1.0] * 50), 0.5 / math.sqrt(50**2 / 150)),
        (1.2, np.ones(100), math.nan),
        (0.5, np.array([]), math.nan),
    ],
)
def test_binomial_error(efficiency, weight, error):
    assert binomial_error(efficiency, weight) == pytest.approx(error, nan_ok=True)
