from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.joint import optimise, replicas
from coffea_lcf.cuts.objectives import Accuracy, BackgroundRejection


def gaussian_events(seed, count=20_000):
    rng = np.random.default_rng(seed)
    label = np.arange(count) % 2
    x = rng.normal(size=(count, 3)) + label[:, None] * [1.5, 1.0, 0.0]
    return x.astype(np.float32), label, np.ones(count)


@pytest.mark.parametrize("objective", [BackgroundRejection(0.6), Accuracy()], ids=repr)
def test_the_spread_is_that_over_independent_events(objective):
    boxes = [optimise(*gaussian_events(seed), objective)[0] for seed in range(8)]
    spread = np.std([box.lower[:2] for box in boxes], axis=0, ddof=1)
    found = replicas(*gaussian_events(0), boxes[0], objective, count=32)
    assert len(found) == 32
    lower = np.array([box.lower for box in found])
    half = np.nanstd(lower[:, :2], axis=0)
    # eight boxes know their own spread to a quarter
    assert np.all(half < 2.0 * spread + 0.02)
    assert np.all(half > 0.3 * spread)
    assert np.all(np.abs(np.nanmean(lower[:, :2], axis=0) - boxes[0].lower[:2]) < half + 0.02)
    cut = np.array([[case is not None for case in box.cases] for box in found]).mean(0)
    assert cut[:2].tolist() == [1.0, 1.0]
    assert cut[2] < 0.2


def test_intervals_cover_the_true_boundary():
    """A step in the ratio of uniform classes at 0.3: its place is known to 1 / events."""
    inside = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        signal, background = rng.random(3000), rng.random(3000)
        # below 0.3 background is three times as likely, above it signal is
        keep = rng.random(3000) < np.where(signal > 0.3, 1.0, 1 / 3)
        drop = rng.random(3000) < np.where(background > 0.3, 1 / 3, 1.0)
        x = np.r_[signal[keep], background[drop]][:, None].astype(np.float32)
        label = np.r_[np.ones(keep.sum()), np.zeros(drop.sum())].astype(int)
        weight = np.where(label == 1, 1 / keep.sum(), 1 / drop.sum())
        (box,) = optimise(x, label, weight, Accuracy())
        found = replicas(x, label, weight, box, Accuracy(), count=24)
        low, high = np.quantile([one.lower[0] for one in found], [0.025, 0.975])
        inside.append(low - 0.01 <= 0.3 <= high + 0.01)
    assert np.mean(inside) >= 0.75


def test_together_agrees_with_one_by_one():
    x, label, weight = gaussian_events(3)
    objective = BackgroundRejection(0.6)
    (box,) = optimise(x, label, weight, objective)
    found = replicas(x, label, weight, box, objective, count=16)
    rng = np.random.default_rng(9)
    single = [optimise(x, label, weight * rng.poisson(1.0, len(x)), objective)[0] for _ in range(6)]
    for at in (0, 1):
        batched = np.array([one.lower[at] for one in found])
        alone = np.array([one.lower[at] for one in single])
        assert abs(batched.mean() - alone.mean()) < 2.0 * max(batched.std(), alone.std())


def test_no_replicas_asked_for_are_none():
    x, label, weight = gaussian_events(0, 2000)
    (box,) = optimise(x, label, weight, Accuracy())
    assert replicas(x, label, weight, box, Accuracy(), count=0) == ()
