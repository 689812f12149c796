from __future__ import annotations

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.errors import FitError
from coffea_lcf.table import concatenate
from coffea_lcf.training.adam import Adam

FAST = lcf.Recipe(Adam(learning_rate=0.05, batch_size=500, epochs=20))
CENTERS = {"peak": 0.0, "shift": -1.0, "noise": 0.0}


def _boundaries(selection):
    return [(cut.observable, cut.case, cut.lower, cut.upper) for cut in selection.cuts]


def _with_weight(table, weight):
    return lcf.ObservableTable.from_arrays(table.columns, table.label, weight)


@pytest.mark.parametrize("preset", ["default", FAST], ids=["newton", "adam"])
def test_the_scale_of_the_weights_does_not_matter(two_classes, preset):
    weight = np.random.default_rng(1).gamma(2.0, size=len(two_classes))
    fits = [
        lcf.fit(_with_weight(two_classes, scale * weight), preset=preset, seed=1, repeats=1)
        for scale in (1.0, 2.0**20)
    ]
    assert _boundaries(fits[0].selection) == _boundaries(fits[1].selection)


def test_a_weight_of_two_is_the_event_twice(two_classes):
    twice = np.random.default_rng(1).random(len(two_classes)) < 0.3
    weighted = _with_weight(two_classes, np.where(twice, 2.0, 1.0))
    rows = np.concatenate([np.arange(len(two_classes)), np.flatnonzero(twice)])
    repeated = two_classes.select(rows)
    first, second = (
        lcf.fit(table, centers=CENTERS, repeats=1, class_prior="sample").selection
        for table in (weighted, repeated)
    )
    for one, other in zip(first.cuts, second.cuts, strict=True):
        assert one.case == other.case
        assert one.importance == pytest.approx(other.importance, abs=1e-4)
        for side in ("lower", "upper"):
            assert getattr(one, side) == pytest.approx(getattr(other, side), abs=1e-3)


def test_an_event_of_weight_zero_is_no_event(two_classes):
    outliers = lcf.ObservableTable.from_arrays(
        {"peak": np.zeros(500), "shift": np.full(500, 3.0), "noise": np.ones(500)},
        np.ones(500),
        np.zeros(500),
    )
    first, second = (
        lcf.fit(table, centers=CENTERS, repeats=1).selection
        for table in (two_classes, concatenate([two_classes, outliers]))
    )
    for one, other in zip(first.cuts, second.cuts, strict=True):
        for side in ("lower", "upper"):
            assert getattr(one, side) == pytest.approx(getattr(other, side), abs=1e-3)


def test_negative_weights_take_events_away(two_classes):
    """Background at the peak, once with weight 1 and once with -1, leaves the cuts."""
    peak = np.random.default_rng(3).normal(0.0, 0.5, 300)
    extra = lcf.ObservableTable.from_arrays(
        {"peak": np.tile(peak, 2), "shift": np.zeros(600), "noise": np.tile(peak, 2)},
        np.zeros(600),
        np.repeat([1.0, -1.0], 300),
    )
    first, second = (
        lcf.fit(table, "parallel", centers=CENTERS, repeats=1).selection
        for table in (two_classes, concatenate([two_classes, extra]))
    )
    for one, other in zip(first.cuts, second.cuts, strict=True):
        assert one.case == other.case
        for side in ("lower", "upper"):
            assert getattr(one, side) == pytest.approx(getattr(other, side), abs=2e-3)


def test_equal_priors_undo_the_sizes_of_the_samples(two_classes):
    few = two_classes.select(two_classes.label | (np.arange(len(two_classes)) % 10 == 1))
    boundary = {
        prior: lcf.fit(few.only(("shift",)), class_prior=prior).selection.cuts[0].upper
        for prior in ("sample", "equal")
    }
    # shifted normals of width 1 at -1 and 1: ln(prior odds) / 2 from 0
    assert boundary["equal"] == pytest.approx(0.0, abs=0.2)
    assert boundary["sample"] == pytest.approx(np.log(5) / 2, abs=0.3)


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_a_class_without_positive_weight_is_told(two_classes, weight):
    table = _with_weight(two_classes, np.where(two_classes.label, weight, 1.0))
    with pytest.raises(FitError, match="sum of weights of the signal is"):
        lcf.fit(table)
