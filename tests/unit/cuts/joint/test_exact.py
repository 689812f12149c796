"""The exact end of a joint fit against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffea_lcf.cuts.joint.box import BoxCuts, Events
from coffea_lcf.cuts.joint.polishing import polish
from coffea_lcf.cuts.objectives import Accuracy

NAN = np.float32("nan")
OPEN = BoxCuts((None,), np.array([NAN]), np.array([NAN]))


@pytest.mark.parametrize(
    ("case", "lower", "upper", "kept"),
    [
        ("left", NAN, 2.0, [1, 0, 0, 0]),
        ("right", 2.0, NAN, [0, 0, 1, 0]),
        ("middle", 1.0, 3.0, [0, 1, 0, 0]),
        ("edge", 1.5, 2.5, [1, 0, 1, 0]),
    ],
)
def test_boundaries_are_strict_and_nan_fails(case, lower, upper, kept):
    box = BoxCuts((case,), np.float32([lower]), np.float32([upper]))
    x = np.float32([[1.0], [2.0], [3.0], [np.nan]])
    assert box.passes(x).astype(int).tolist() == kept


def _best_by_enumeration(x, label):
    """Return the best balanced accuracy of one cut of any case on one observable."""
    edges = np.concatenate([[-np.inf], (np.sort(x)[1:] + np.sort(x)[:-1]) / 2, [np.inf]])
    best = 0.0
    for low, high in itertools.combinations(edges, 2):
        inside = (x > low) & (x < high)
        for passed in (inside, ~inside):
            best = max(
                best, 0.5 * passed[label == 1].mean() + 0.5 * (1 - passed[label == 0].mean())
            )
    return best


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), events=st.integers(4, 14))
def test_polish_of_one_observable_is_the_best_of_all_cuts(seed, events):
    random = np.random.default_rng(seed)
    x = random.permutation(events).astype(np.float32)
    label = np.arange(events) % 2
    found = polish(Events(x[:, None], label, np.ones(events)), OPEN, Accuracy().score)
    assert found.objective == pytest.approx(_best_by_enumeration(x, label))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_polish_never_loses_and_ignores_the_scale_of_weights(seed):
    random = np.random.default_rng(seed)
    label = (random.random(200) < 0.5).astype(int)
    label[:2] = (0, 1)
    x = random.normal(label[:, None] * [1.0, 0.5], 1.0).astype(np.float32)
    weight = random.uniform(0.5, 1.5, 200)
    start = BoxCuts(("right", None), np.float32([0.3, NAN]), np.float32([NAN, NAN]))
    score = Accuracy().score
    events = Events(x, label, weight)
    signal, background = (
        weight[start.passes(x) & (label == of)].sum() / events.total(of) for of in (1, 0)
    )
    polished = polish(events, start, score)
    assert polished.objective >= float(score(signal, background)) - 1e-12
    rescaled = polish(Events(x, label, 7.0 * weight), start, score)
    assert rescaled.cases == polished.cases
    assert np.array_equal(rescaled.lower, polished.lower, equal_nan=True)
