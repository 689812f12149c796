from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.joint import Replicas, optimise, replicas
from coffea_lcf.cuts.objectives import Accuracy, BackgroundRejection


def gaussian_events(seed, count=20_000):
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 2
    x = rng.normal(size=(count, 3)) + label[:, None] * [1.5, 1.0, 0.0]
    return x.astype(np.float32), label, np.ones(count)


@pytest.mark.parametrize("objective", [BackgroundRejection(0.6), Accuracy()], ids=repr)
def test_the_interval_is_the_spread_over_independent_events(objective):
    boxes = [optimise(*gaussian_events(seed), objective)[0] for seed in range(8)]
    spread = np.std([box.lower[:2] for box in boxes], axis=0)
    found = replicas(*gaussian_events(0), boxes[0], objective, count=32)
    low, high = found.interval()[0]
    half = 0.5 * (high - low)[:2]
    assert found.lower.shape == (32, 3)
    assert np.all(half < 4.0 * spread + 0.03)
    assert np.all(half > 0.1 * spread)
    assert np.all(
        (low[:2] - 2 * half < boxes[0].lower[:2]) & (boxes[0].lower[:2] < high[:2] + 2 * half)
    )
    assert found.cut_share[:2].tolist() == [1.0, 1.0]
    assert found.cut_share[2] < 0.2


def test_intervals_ignore_absent_boundaries():
    nan = float("nan")
    found = Replicas(
        np.array([[1.0, nan], [3.0, nan], [2.0, nan], [nan, nan]], np.float32),
        np.full((4, 2), np.nan, np.float32),
    )
    low, high = found.interval(0.5)[0]
    assert (low[0], high[0]) == (1.5, 2.5)
    assert np.isnan(low[1])
    assert found.cut_share.tolist() == [0.75, 0.0]
