from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.objectives import Asimov
from coffea_lcf.errors import FitError
from coffea_lcf.table import ObservableTable
from coffea_lcf.tradeoff import Yardstick


def _yardstick(scores, events=10_000, **options):
    label = np.arange(events) % 2
    table = ObservableTable.from_arrays({"x": scores}, label)
    return Yardstick(table, Asimov(100.0, 1000.0), bootstraps=50, **options)


@pytest.fixture
def scores():
    return np.random.default_rng(0).normal(np.arange(10_000) % 2, 1.0)


def test_figures_are_those_of_the_roc_curve(scores):
    found = _yardstick(scores).measure(scores)

    # two unit Gaussians one apart
    assert found["auc"].value == pytest.approx(0.7602, abs=0.01)
    assert found["rejection_50"].value == pytest.approx(1 / 0.1587, rel=0.06)
    assert found["rejection_30"].value == pytest.approx(1 / 0.0636, rel=0.1)
    assert found["auc"].error == pytest.approx(0.0047, rel=0.35)


def test_events_that_a_skim_rejects_come_last(scores):
    skimmed = np.where(scores > 0.5, scores, np.nan)
    before, after = (_yardstick(scores).measure(one) for one in (scores, skimmed))

    assert after["rejection_50"].value == before["rejection_50"].value
    assert after["rejection_50"].minus(before["rejection_50"]).error == 0.0
    assert after["auc"].value < before["auc"].value


def test_an_order_without_information_has_the_significance_of_all_events():
    scores = np.random.default_rng(1).normal(size=10_000)
    found = _yardstick(scores).measure(scores)

    best = Asimov(100.0, 1000.0).score(0.95, 0.95)
    assert found["asimov"].value == pytest.approx(float(best), rel=0.03)


def test_working_points_with_hardly_any_background_do_not_count():
    label = np.arange(1000) % 2
    perfect = np.where(label == 1, 1.0, -1.0) + np.linspace(0, 0.1, 1000)
    found = _yardstick(perfect, 1000).measure(perfect)

    assert found["asimov"].value == 0.0
    assert found["rejection_50"].value == np.inf


def test_an_error_needs_two_replicas():
    with pytest.raises(FitError, match="bootstraps = 1: at least two"):
        Yardstick(ObservableTable.from_arrays({"x": [0.0]}, [1]), Asimov(1.0, 1.0), bootstraps=1)
