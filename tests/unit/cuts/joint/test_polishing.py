from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffea_lcf.cuts.joint import BoxCuts, Events, polish
from coffea_lcf.cuts.joint.box import efficiencies
from coffea_lcf.cuts.objectives import Accuracy, Asimov
from coffea_lcf.selection import CASES

NAN = np.float32("nan")


def open_box(observables):
    nothing = np.full(observables, NAN)
    return BoxCuts((None,) * observables, nothing, nothing)


def every_cut(column):
    """All cuts that differ on the values of one observable."""
    values = np.unique(column)
    between = [np.float32(0.5 * (a + b)) for a, b in pairwise(values)]
    yield None, NAN, NAN
    yield from (("left", NAN, b) for b in between)
    yield from (("right", b, NAN) for b in between)
    for low, high in product(between, between):
        if low < high:
            yield "middle", low, high
            yield "edge", low, high


def best_of_all(events, score):
    """Brute force over all boxes."""
    best = -np.inf
    for cuts in product(*(list(every_cut(column)) for column in events.x.T)):
        cases, lower, upper = zip(*cuts, strict=True)
        box = BoxCuts(cases, np.array(lower), np.array(upper))
        best = max(best, float(score(*(efficiencies(events, [box], of)[0] for of in (1, 0)))))
    return best


def random_events(seed, count, observables, weights=(1.0,)):
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 2
    x = rng.integers(0, 8, (count, observables)).astype(np.float32) + label[:, None]
    return Events(x, label, rng.choice(weights, count))


def test_a_window_is_found_by_hand():
    x = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]], np.float32)
    box = polish(Events(x, np.array([0, 1, 1, 0, 0]), np.ones(5)), open_box(1), Accuracy().score)
    assert box.cases == ("middle",)
    assert (box.lower[0], box.upper[0]) == (0.5, 2.5)
    assert (box.signal_efficiency, box.background_efficiency, box.objective) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("score", [Accuracy().score, Asimov(5.0, 20.0, 0.1).score])
def test_one_observable_reaches_the_best_of_all_cuts(seed, score):
    events = random_events(seed, 40, 1, weights=(1.0, 2.0, -0.5))
    found = polish(events, open_box(1), score)
    assert found.objective == pytest.approx(best_of_all(events, score), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_two_observables_reach_the_best_box_from_some_cut_on_each(seed):
    events = random_events(seed, 24, 2)
    score = Accuracy().score
    starts = [
        BoxCuts(cases, np.array(lower), np.array(upper))
        for cases, lower, upper in (
            zip(*cuts, strict=True)
            for cuts in product(*(list(every_cut(column))[::5] for column in events.x.T))
        )
    ]
    found = max(polish(events, start, score).objective for start in starts)
    assert found == pytest.approx(best_of_all(events, score), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    case=st.sampled_from(CASES),
    ends=st.tuples(st.floats(0, 8, width=32), st.floats(0, 8, width=32)),
    scale=st.sampled_from([1e-3, 1.0, 1e3]),
)
def test_the_score_never_falls_and_ignores_the_scale_of_weights(seed, case, ends, scale):
    events = random_events(seed, 60, 2, weights=(1.0, 3.0))
    start = BoxCuts(
        (None, case),
        np.array([NAN, min(ends) if case != "left" else NAN], np.float32),
        np.array([NAN, max(ends) if case != "right" else NAN], np.float32),
    )
    score = Accuracy().score
    before = float(score(*(efficiencies(events, [start], of)[0] for of in (1, 0))))
    found = polish(events, start, score)
    assert found.objective >= before - 1e-12
    scaled = polish(Events(events.x, events.label, scale * events.weight), start, score)
    assert scaled.objective == pytest.approx(found.objective, rel=1e-12)


def test_directions_are_kept():
    events = random_events(3, 200, 3)
    found = polish(events, open_box(3), Accuracy().score, directions={0: "left", 2: None})
    assert found.cases[0] in ("left", None)
    assert found.cases[2] is None


def test_a_gain_within_its_noise_is_not_taken():
    rng = np.random.default_rng(5)
    label = np.arange(2000) % 2
    x = np.stack([label + rng.normal(0, 0.5, 2000), rng.normal(0, 1, 2000)], 1).astype(np.float32)
    events = Events(x, label, np.ones(2000))
    exact = polish(events, open_box(2), Accuracy().score)
    careful = polish(events, open_box(2), Accuracy().score, significance=3.0)
    assert exact.cases[1] is not None
    assert careful.cases == ("right", None)
    assert careful.lower[0] == pytest.approx(0.5, abs=0.15)


def test_adjacent_floats_are_told_apart():
    low = np.float32(1.0)
    high = np.nextafter(low, np.float32(2.0))
    events = Events(np.array([[low], [high]]), np.array([1, 0]), np.ones(2))
    for label, case in (([1, 0], "left"), ([0, 1], "right")):
        box = polish(
            Events(events.x, np.array(label), events.weight), open_box(1), Accuracy().score
        )
        assert box.cases == (case,)
        assert box.objective == 1.0
