from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.baselines import Roc, WorkingPoint
from coffea_lcf.plotting.roc import roc

STEPS = np.linspace(0.0, 1.0, 5)
CURVE = Roc(STEPS, STEPS**2, 2 / 3)
POINT = WorkingPoint(0.5, 0.02, 0.1, 0.025, 0.7, 0.01)
EMPTY = WorkingPoint(0.2, 0.02, 0.0, 0.0, 0.6, 0.01)


def _lines(axes):
    return {line.get_label(): line for line in axes.lines}


def test_curves_are_rejections_against_the_signal_efficiency():
    (axes,) = roc({"trees": CURVE}, {}).axes
    line = _lines(axes)["trees"]
    np.testing.assert_allclose(line.get_xdata(), STEPS[1:])  # the first rejects everything
    np.testing.assert_allclose(line.get_ydata(), 1.0 / STEPS[1:] ** 2)
    assert axes.get_yscale() == "log"
    assert axes.get_xlim() == (0.0, 1.0)
    assert axes.get_ylim()[0] == 1.0


def test_chance_is_drawn_and_nothing_is_better_below_it():
    line = _lines(roc({}, {}).axes[0])["chance"]
    np.testing.assert_allclose(line.get_xdata() * line.get_ydata(), 1.0)


def test_points_have_errors_in_both_directions():
    (axes,) = roc({"trees": CURVE}, {"joint": [POINT]}).axes
    (bars,) = axes.containers
    assert bars.get_label() == "joint"
    data, _, (horizontal, vertical) = bars
    assert (data.get_xdata().tolist(), data.get_ydata().tolist()) == ([0.5], [10.0])
    np.testing.assert_allclose(horizontal.get_segments()[0][:, 0], [0.48, 0.52])
    np.testing.assert_allclose(vertical.get_segments()[0][:, 1], [10 / 1.25, 12.5])


def test_a_point_without_background_is_an_arrow_at_the_edge():
    (axes,) = roc({}, {"joint": [POINT, EMPTY]}).axes
    (arrow,) = (line for line in axes.lines if line.get_marker() == "^")
    assert arrow.get_xdata() == [0.2]
    assert axes.containers[0][0].get_xdata().tolist() == [0.5]


@pytest.mark.parametrize("error", [0.0, float("nan"), 0.5])
def test_bars_are_finite_whatever_the_error(error):
    point = WorkingPoint(0.5, 0.02, 0.1, error, 0.7, 0.01)
    (bars,) = roc({}, {"joint": [point]}).axes[0].containers
    low, high = bars[2][1].get_segments()[0][:, 1]
    assert 0 < low <= 10.0 <= high < np.inf


def test_the_axis_shows_all_points_and_the_curve_without_its_noise():
    tight = WorkingPoint(0.3, 0.02, 1e-4, 1e-5, 0.6, 0.01)
    noisy = Roc(np.array([0.0, 0.01, 0.5, 1.0]), np.array([0.0, 1e-6, 0.01, 1.0]), 0.9)
    assert 1e2 < roc({"trees": noisy}, {}).axes[0].get_ylim()[1] < 1e3
    assert roc({"trees": noisy}, {"joint": [tight]}).axes[0].get_ylim()[1] > 1e4


def test_long_curves_are_thinned():
    steps = np.linspace(0.0, 1.0, 100_001)
    line = _lines(roc({"net": Roc(steps, steps**2, 2 / 3)}, {}).axes[0])["net"]
    assert 300 < len(line.get_xdata()) <= 400
    assert line.get_xdata()[-1] == 1.0
    np.testing.assert_allclose(line.get_ydata(), 1.0 / line.get_xdata() ** 2)


def test_labels_of_axes_and_legend():
    (axes,) = roc({"trees": CURVE, "MLP": CURVE}, {"joint": [POINT], "parallel": [EMPTY]}).axes
    assert axes.get_xlabel() == "signal efficiency $ε_s$"
    assert axes.get_ylabel() == "background rejection $1/ε_b$"
    labels = {text.get_text() for text in axes.get_legend().get_texts()}
    assert {"trees", "MLP", "chance", "joint"} <= labels
    styles = {_lines(axes)[name].get_linestyle() for name in ("trees", "MLP")}
    assert len(styles) == 2
