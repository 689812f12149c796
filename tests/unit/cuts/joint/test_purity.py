from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.joint.grid import BINS, RANGE, STEP
from coffea_lcf.cuts.joint.purity import smoothed

Z = -RANGE + STEP * (np.arange(BINS) + 0.5)


def gaussian(mean, events):
    density = np.exp(-0.5 * (Z - mean) ** 2)
    return events * density / density.sum()


def test_the_ratio_of_gaussians_is_recovered_from_few_events():
    rng = np.random.default_rng(0)
    signal, background = gaussian(0.5, 5e4), gaussian(-0.5, 400)
    smooth_signal, smooth_background, informative = smoothed(
        rng.poisson(signal)[None].astype(float), rng.poisson(background)[None].astype(float)
    )
    middle = np.abs(Z) < 1.5
    ratio = np.log(smooth_background[0, middle] / smooth_signal[0, middle])
    truth = np.log(background / signal)[middle]
    assert informative.all()
    assert np.abs(ratio - truth).max() < 0.3
    assert np.abs(np.diff(ratio)).max() < 0.1


def test_totals_per_bin_are_kept():
    rng = np.random.default_rng(1)
    signal, background = rng.poisson(5.0, (2, 3, BINS)).astype(float)
    smooth = smoothed(signal, background)
    np.testing.assert_allclose(smooth[0] + smooth[1], signal + background)


def test_noise_says_nothing():
    rng = np.random.default_rng(2)
    shape = gaussian(0.0, 2000)
    signal, background = (rng.poisson(shape, (200, BINS)).astype(float) for _ in range(2))
    *_, informative = smoothed(signal, background)
    assert informative.mean() < 0.1


@pytest.mark.parametrize("events", [0.0, 1.0])
def test_almost_no_events_stay_finite(events):
    background = np.zeros((1, BINS))
    background[0, 100] = events
    for part in smoothed(gaussian(0.0, 100)[None], background)[:2]:
        assert np.isfinite(part).all()
