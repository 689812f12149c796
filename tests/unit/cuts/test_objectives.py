from __future__ import annotations

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.errors import FitError


def test_scores_by_hand():
    assert lcf.Accuracy().score(0.8, 0.1) == pytest.approx(0.85)
    assert lcf.Accuracy(signal_fraction=0.2).score(0.8, 0.1) == pytest.approx(0.16 + 0.72)
    assert lcf.SOverSqrtB(10.0, 100.0).score(0.5, 0.04) == pytest.approx(2.5)
    assert lcf.Punzi(100.0, sigmas=4.0).score(0.6, 0.01) == pytest.approx(0.6 / 3.0)
    assert lcf.BackgroundRejection(0.5).score(0.5, 0.02) == pytest.approx(50.0)


def test_asimov_tends_to_s_over_sqrt_b_for_little_signal():
    asimov, plain = lcf.Asimov(1.0, 1e6), lcf.SOverSqrtB(1.0, 1e6)
    assert asimov.score(0.5, 0.5) == pytest.approx(float(plain.score(0.5, 0.5)), rel=1e-3)
    worse = lcf.Asimov(1.0, 1e6, background_uncertainty=0.1)
    assert worse.score(0.5, 0.5) == pytest.approx(0.5 / (0.1 * 0.5e6), rel=1e-3)


def test_tighter_cuts_earn_nothing_below_the_minimum_background():
    guarded = lcf.SOverSqrtB(10.0, 100.0, minimum_background=5.0)
    assert guarded.score(0.5, 0.01) == guarded.score(0.5, 0.05)
    assert np.isfinite(lcf.SOverSqrtB(10.0, 100.0).score(0.5, 0.0))


def test_working_points_in_the_order_asked_for():
    assert lcf.BackgroundRejection([0.7, 0.3]).working_points == (0.7, 0.3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lcf.Accuracy(1.0), "a share between 0 and 1"),
        (lambda: lcf.Asimov(0.0, 1.0), "signal_yield=0.0.*expected events > 0"),
        (lambda: lcf.Asimov(1.0, 1.0, -0.1), "a relative uncertainty of 0 or more"),
        (lambda: lcf.Punzi(1.0, -1.0), "a number of 0 or more"),
        (lambda: lcf.BackgroundRejection([]), "one or more efficiencies between 0 and 1"),
        (lambda: lcf.BackgroundRejection([0.5, 1.0]), "one or more efficiencies between 0 and 1"),
    ],
)
def test_what_cannot_be_an_objective(make, message):
    with pytest.raises(FitError, match=message):
        make()
