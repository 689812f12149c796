from __future__ import annotations

import math

import numpy as np
import pytest

from coffea_lcf.significance import asimov, s_over_sqrt_b


def _profile_likelihood(s: float, b: float, relative: float) -> float:
    """Z from the likelihood ratio itself: n ~ Pois(s + b), a control region m ~ Pois(τ b)."""
    tau = 1.0 / (relative**2 * b)
    n, m = s + b, tau * b
    best = (n + m) / (1.0 + tau)

    def log_likelihood(signal: float, background: float) -> float:
        expected = signal + background
        control = tau * background
        return n * math.log(expected) - expected + m * math.log(control) - control

    return math.sqrt(2.0 * (log_likelihood(s, b) - log_likelihood(0.0, best)))


def test_s_over_sqrt_b():
    assert s_over_sqrt_b([10.0, 1.0], [100.0, 0.0]).tolist() == [1.0, np.inf]
    assert np.isnan(s_over_sqrt_b([0.0, 1.0], [0.0, -1.0])).all()


def test_asimov_by_hand():
    # 2 (110 ln 1.1 - 10) = 0.968240
    assert asimov(10.0, 100.0) == pytest.approx(math.sqrt(0.9682395561))


@pytest.mark.parametrize(("s", "b"), [(10.0, 100.0), (3.0, 0.5), (50.0, 1e4)])
@pytest.mark.parametrize("relative", [0.05, 0.3, 1.0])
def test_asimov_with_uncertainty_is_the_profile_likelihood(s, b, relative):
    assert asimov(s, b, relative) == pytest.approx(_profile_likelihood(s, b, relative), rel=1e-6)


def test_the_uncertainty_only_lowers_z_and_vanishes_smoothly():
    z = [float(asimov(10.0, 100.0, relative)) for relative in (0.0, 1e-5, 0.1, 0.5)]
    assert z[0] == pytest.approx(z[1], rel=1e-6)
    assert z[1] > z[2] > z[3] > 0


def test_small_signals_give_s_over_sqrt_b():
    assert asimov(1e-4, 1e6) == pytest.approx(1e-7, rel=1e-3)


@pytest.mark.parametrize("relative", [0.0, 0.2])
def test_limits(relative):
    z = asimov([0.0, 5.0, 0.0, -1.0, 1.0], [10.0, 0.0, 0.0, 10.0, -1.0], relative)
    assert z[:2].tolist() == [0.0, np.inf]
    assert np.isnan(z[2:]).all()
