from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffea_lcf.cuts.joint import optimise
from coffea_lcf.cuts.objectives import Accuracy, Asimov, BackgroundRejection, Punzi, SOverSqrtB
from coffea_lcf.errors import FitError, NonFiniteError
from coffea_lcf.selection import CASES

NAN = np.float32("nan")


def events(count=20_000, seed=0):
    """A window over an exponential, a discriminant, two peaks around background, and noise."""
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 2
    is_signal = label == 1
    mass = np.where(is_signal, rng.normal(90, 8, count), 20 + rng.exponential(80, count))
    score = np.where(is_signal, rng.beta(4, 2, count), rng.beta(2, 4, count))
    side = rng.choice([-4.0, 4.0], count)
    peaks = np.where(is_signal, rng.normal(side, 1.5), rng.normal(0, 2.0, count))
    noise = rng.normal(0, 1, count)
    return np.stack([mass, score, peaks, noise], 1).astype(np.float32), label, np.ones(count)


def test_cases_are_found_and_noise_is_not_cut():
    (box,) = optimise(*events(), Accuracy())
    assert box.cases == ("middle", "right", "edge", None)
    assert 60 < box.lower[0] < 85
    assert 95 < box.upper[0] < 120


@pytest.mark.parametrize(
    "objective",
    [Accuracy(), Asimov(50.0, 1e4, 0.1, 20.0), SOverSqrtB(50.0, 1e4, 20.0), Punzi(1e4)],
    ids=lambda objective: type(objective).__name__,
)
def test_results_hold_on_new_events(objective):
    (box,) = optimise(*events(seed=1), objective)
    x, label, _ = events(200_000, seed=2)
    passing = box.passes(x)
    held_out = objective.score(passing[label == 1].mean(), passing[label == 0].mean())
    assert float(held_out) == pytest.approx(box.objective, rel=0.35)
    assert box.signal_efficiency == pytest.approx(passing[label == 1].mean(), abs=0.02)


def test_working_points_are_met_nested_and_in_their_order():
    points = (0.5, 0.9, 0.3, 0.7)
    x, label, weight = events(40_000, seed=3)
    boxes = optimise(x, label, weight, BackgroundRejection(points))
    assert [box.signal_efficiency for box in boxes] == pytest.approx(points, abs=1e-3)
    masks = [box.passes(x) for box in boxes]
    loosest_first = np.argsort(points)[::-1]
    for loose, tight in pairwise(loosest_first):
        assert not (masks[tight] & ~masks[loose]).any()
    for box, mask in zip(boxes, masks, strict=True):
        assert box.background_efficiency == pytest.approx(mask[label == 0].mean(), abs=1e-12)
        assert box.objective == pytest.approx(1.0 / box.background_efficiency)
    new_x, new_label, _ = events(200_000, seed=4)
    reached = [box.passes(new_x)[new_label == 1].mean() for box in boxes]
    assert reached == pytest.approx(points, abs=0.01)


def test_the_best_gaussian_box_is_reached():
    rng = np.random.default_rng(5)
    label = np.arange(40_000) % 2
    x = (rng.normal(size=(40_000, 4)) + label[:, None] * [1.0, 1.0, 1.0, 0.0]).astype(np.float32)
    (box,) = optimise(x, label, np.ones(40_000), BackgroundRejection(0.5))
    # equal observables: each keeps the cube root of one half, so the cut is at 1 - 0.8193
    assert box.cases == ("right", "right", "right", None)
    assert box.lower[:3].tolist() == pytest.approx([0.1807] * 3, abs=0.12)
    assert box.background_efficiency == pytest.approx(0.42830**3, rel=0.06)


@settings(max_examples=8, deadline=None)
@given(scale=st.sampled_from([1e-4, 0.5, 3e5]), seed=st.integers(0, 50))
def test_the_scale_of_weights_does_not_matter(scale, seed):
    x, label, weight = events(2000, seed)
    (box,) = optimise(x, label, weight, BackgroundRejection(0.6))
    (scaled,) = optimise(x, label, weight * scale, BackgroundRejection(0.6))
    np.testing.assert_array_equal(box.lower, scaled.lower)
    np.testing.assert_array_equal(box.upper, scaled.upper)


def test_units_do_not_matter():
    x, label, weight = events(5000)
    (box,) = optimise(x, label, weight, BackgroundRejection(0.6))
    (scaled,) = optimise(x * np.float32(1024.0), label, weight, BackgroundRejection(0.6))
    np.testing.assert_allclose(scaled.lower, 1024.0 * box.lower, rtol=1e-6)
    assert scaled.cases == box.cases


def test_negative_weights_count_as_they_are():
    rng = np.random.default_rng(6)
    x, label, weight = events(40_000, seed=6)
    weight = np.where(rng.random(40_000) < 0.15, -1.0, 1.0)
    (box,) = optimise(x, label, weight, BackgroundRejection(0.7))
    passing = box.passes(x) & (label == 1)
    assert weight[passing].sum() / weight[label == 1].sum() == pytest.approx(0.7, abs=2e-3)
    assert box.cases[:3] == ("middle", "right", "edge")


def test_directions_stay():
    x, label, weight = events()
    given = {0: "left", 2: None}
    (box,) = optimise(x, label, weight, BackgroundRejection(0.4), directions=given)
    assert box.cases[0] in ("left", None)
    assert box.cases[2] is None
    assert box.signal_efficiency == pytest.approx(0.4, abs=2e-3)


@pytest.mark.parametrize("case", CASES)
def test_every_direction_may_be_asked_for(case):
    x, label, weight = events(4000)
    (box,) = optimise(x, label, weight, Accuracy(), directions=dict.fromkeys(range(4), case))
    assert set(box.cases) <= {case, None}


def test_a_guard_keeps_background():
    x, label, weight = events(20_000, seed=7)
    free, guarded = (
        optimise(x, label, weight, SOverSqrtB(10.0, 100.0, guard))[0] for guard in (0.0, 10.0)
    )
    assert 100.0 * free.background_efficiency < 5.0
    assert guarded.signal_efficiency > free.signal_efficiency


def test_discrete_and_constant_observables_are_cut_between_their_values():
    rng = np.random.default_rng(8)
    label = np.arange(4000) % 2
    count = rng.poisson(np.where(label == 1, 6.0, 2.0))
    x = np.stack([count, np.ones(4000)], 1).astype(np.float32)
    (box,) = optimise(x, label, np.ones(4000), Accuracy())
    assert box.cases == ("right", None)
    assert box.lower[0] == 3.5


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda x, y, w: (x, y[1:], w), FitError, r"\(N, F\), \(N,\) and \(N,\) are needed"),
        (lambda x, y, w: (x, y * 2, w), FitError, "labels .* found: 1 .signal. and 0"),
        (lambda x, y, w: (x, y * 0, w), FitError, "weights of 0 signal events sum to 0"),
        (lambda x, y, w: (x, y, w * (y - 0.5)), FitError, "background events sum to -"),
        (lambda x, y, w: (x * np.float32("inf"), y, w), NonFiniteError, "observable number 0"),
        (lambda x, y, w: (x, y, w * np.nan), NonFiniteError, "weight of event 0 is nan"),
    ],
)
def test_unusable_events_are_named(change, error, message):
    with pytest.raises(error, match=message):
        optimise(*change(*events(100)), Accuracy())


@pytest.mark.parametrize("objective", [Accuracy(), Asimov(100.0, 1e4, 0.05, 300.0)], ids=repr)
def test_no_boundary_can_be_moved_to_a_better_place(objective):
    rng = np.random.default_rng(11)
    label = np.arange(4000) % 2
    x = (rng.normal(size=(4000, 3)) + label[:, None] * [1.5, 0.8, 0.4]).astype(np.float32)
    (box,) = optimise(x, label, np.ones(4000), objective)

    def score(one):
        passed = one.passes(x)
        return objective.score(passed[label == 1].mean(), passed[label == 0].mean())

    assert box.objective == pytest.approx(float(score(box)))
    for index, case in enumerate(box.cases):
        for side in ("lower", "upper"):
            ends = {"lower": box.lower[index], "upper": box.upper[index]}
            if np.isnan(ends[side]):
                continue
            for value in np.quantile(x[:, index], np.linspace(0.01, 0.99, 99)):
                moved = {**ends, side: np.float32(value)}
                if not moved["lower"] >= moved["upper"]:
                    other = box.with_cut(index, case, moved["lower"], moved["upper"])
                    assert score(other) <= box.objective + 1e-12
