from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cuts.objectives import (
    Accuracy,
    Asimov,
    BackgroundRejection,
    Objective,
    Punzi,
    SOverSqrtB,
)
from coffea_lcf.errors import FitError

OBJECTIVES = (
    Accuracy(),
    SOverSqrtB(30.0, 1e4),
    Asimov(30.0, 1e4),
    Asimov(30.0, 1e4, 0.2),
    Punzi(1e4),
    BackgroundRejection(0.5),
)


@pytest.mark.parametrize(
    ("objective", "signal", "background", "score"),
    [
        (Accuracy(), 0.8, 0.1, 0.85),
        (Accuracy(0.25), 0.8, 0.1, 0.25 * 0.8 + 0.75 * 0.9),
        (SOverSqrtB(100.0, 400.0), 0.5, 0.25, 5.0),
        (Asimov(20.0, 1000.0), 0.5, 0.1, math.sqrt(2 * (110 * math.log(1.1) - 10))),
        (Punzi(100.0), 0.5, 0.25, 0.5 / 7.5),
        (Punzi(100.0, sigmas=2.0), 0.5, 0.0, 0.5 / (1.0 + math.sqrt(1e-9))),
        (BackgroundRejection(0.3), 0.3, 0.004, 250.0),
    ],
)
def test_score_by_hand(objective, signal, background, score):
    assert float(objective.score(signal, background)) == pytest.approx(score, rel=1e-12)


def test_asimov_with_an_uncertain_background_is_the_published_formula():
    s, b, sigma = 10.0, 100.0, 30.0
    n = s + b
    square = n * math.log(n * (b + sigma**2) / (b**2 + n * sigma**2))
    square -= b**2 / sigma**2 * math.log(1 + sigma**2 * s / (b * (b + sigma**2)))
    assert float(Asimov(20.0, 1000.0, 0.3).score(0.5, 0.1)) == pytest.approx(
        math.sqrt(2 * square), rel=1e-12
    )


def test_asimov_tends_to_s_over_its_spread_for_little_signal():
    few, spread = SOverSqrtB(1.0, 1e6).score(0.5, 0.5), 0.5 / (0.1 * 0.5e6)
    assert Asimov(1.0, 1e6).score(0.5, 0.5) == pytest.approx(float(few), rel=1e-3)
    assert Asimov(1.0, 1e6, 0.1).score(0.5, 0.5) == pytest.approx(spread, rel=1e-3)


def test_a_vanishing_uncertainty_is_none():
    assert float(Asimov(20.0, 1000.0, 1e-7).score(0.5, 0.1)) == pytest.approx(
        float(Asimov(20.0, 1000.0).score(0.5, 0.1)), rel=1e-6
    )


@pytest.mark.parametrize("objective", OBJECTIVES, ids=repr)
def test_scores_are_finite_without_background_and_keep_the_shape(objective):
    assert isinstance(objective, Objective)
    score = objective.score(np.full((2, 3), 0.5), np.zeros((2, 3)))
    assert score.shape == (2, 3)
    assert np.isfinite(score).all()


@pytest.mark.parametrize(
    "objective",
    [SOverSqrtB(30.0, 1e4, 5.0), Asimov(30.0, 1e4, 0.1, 5.0), Punzi(1e4, minimum_background=5.0)],
    ids=repr,
)
def test_less_background_than_the_guard_earns_nothing(objective):
    below, at, above = objective.score(0.5, np.array([0.0, 5e-4, 6e-4]))
    assert below == at > above


@given(
    signal=st.floats(0.01, 0.98),
    background=st.floats(0.001, 0.98),
    step=st.floats(1e-3, 1e-2),
    index=st.integers(0, len(OBJECTIVES) - 2),
)
def test_more_signal_and_less_background_score_higher(signal, background, step, index):
    score = OBJECTIVES[index].score
    assert score(signal + step, background) > score(signal, background)
    assert score(signal, background) > score(signal, background + step)


def test_working_points_keep_their_order():
    assert BackgroundRejection([0.5, 0.3, 0.9]).working_points == (0.5, 0.3, 0.9)
    assert BackgroundRejection(0.7).working_points == (0.7,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Accuracy(1.0), r"Accuracy\(signal_fraction=1.0\): a share between 0 and 1"),
        (lambda: SOverSqrtB(0.0, 1.0), r"SOverSqrtB\(signal_yield=0.0\): expected events > 0"),
        (lambda: Punzi(-1.0), r"Punzi\(background_yield=-1.0\)"),
        (lambda: Punzi(1.0, -1.0), r"Punzi\(sigmas=-1.0\)"),
        (lambda: Asimov(1.0, 1.0, -0.1), r"background_uncertainty=-0.1"),
        (lambda: Asimov(1.0, 1.0, 0.1, -2.0), r"minimum_background=-2.0"),
        (lambda: BackgroundRejection([]), "one or more efficiencies"),
        (lambda: BackgroundRejection([0.5, 1.0]), r"\[0.5, 1.0\]"),
    ],
)
def test_impossible_values_are_named(make, message):
    with pytest.raises(FitError, match=message):
        make()
