from __future__ import annotations

import math

import pytest

from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable

ABOVE_ZERO = Selection((Cut("x", "right", lower=0.0),))


def test_figures_by_hand():
    table = ObservableTable.from_arrays(
        {"x": [1.0, 1.0, -1.0, 1.0, -1.0, float("nan")]},
        label=[1, 1, 1, 0, 0, 0],
        weight=[1.0, 2.0, 5.0, 4.0, 3.0, 1.0],
    )
    assert evaluate(ABOVE_ZERO, table) == {
        "events": 6.0,
        "true_positives": 2.0,
        "false_positives": 1.0,
        "accuracy": pytest.approx(4 / 6),
        "precision": pytest.approx(2 / 3),
        "signal_efficiency": pytest.approx(3 / 8),
        "background_efficiency": pytest.approx(4 / 8),
    }


def test_a_missing_class_gives_nan():
    figures = evaluate(ABOVE_ZERO, ObservableTable.from_arrays({"x": [-1.0]}, [0]))
    assert figures["accuracy"] == 1.0
    assert math.isnan(figures["precision"])
    assert math.isnan(figures["signal_efficiency"])
    assert figures["background_efficiency"] == 0.0
