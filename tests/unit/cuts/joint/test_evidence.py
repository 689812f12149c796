from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.joint import Events, optimise
from coffea_lcf.cuts.joint.evidence import Option, shares_of, simplest
from coffea_lcf.cuts.objectives import Accuracy, SOverSqrtB


def hundred(background_removed, signal_removed):
    """100 + 100 events, some of each class outside a cut."""
    label = np.arange(200) % 2
    mask = np.ones(200, bool)
    mask[np.flatnonzero(label == 0)[:background_removed]] = False
    mask[np.flatnonzero(label == 1)[:signal_removed]] = False
    return Events(np.zeros((200, 1), np.float32), label, np.ones(200)), mask


def test_the_noise_of_a_difference_by_hand():
    events, mask = hundred(background_removed=12, signal_removed=4)
    shares = shares_of(events)
    everything = np.ones(200, bool)
    # accuracy: each of the 16 events that differ counts 0.5 / 100
    assert shares.noise(Accuracy(0.5).score, everything, mask) == pytest.approx(0.02)
    assert shares.score(Accuracy(0.5).score, mask) == pytest.approx(0.5 * 0.96 + 0.5 * 0.12)


@pytest.mark.parametrize(
    ("sides", "significance", "chosen"),
    # the gain is 8 events of 16 that differ: two standard deviations
    [(1, 1.9, 1), (1, 2.1, 0), (2, 0.0, 1), (2, 1.9, 0)],
)
def test_a_cut_has_to_be_significant_and_a_window_more_so(sides, significance, chosen):
    events, mask = hundred(background_removed=12, signal_removed=4)
    everything = np.ones(200, bool)
    options = [Option(0, everything), Option(sides, mask)]
    found = simplest(options, everything, shares_of(events), Accuracy(0.5).score, significance)
    assert found == chosen


@pytest.mark.parametrize("objective", [Accuracy(), SOverSqrtB(50.0, 1e4, 20.0)], ids=repr)
def test_noise_has_no_slivers(objective):
    cuts = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        label = np.arange(4000) % 2
        x = rng.normal(size=(4000, 6)).astype(np.float32)
        x[:, 0] += 1.5 * label
        (box,) = optimise(x, label, np.ones(4000), objective)
        assert box.cases[0] == "right"
        cuts += sum(case is not None for case in box.cases[1:])
    assert cuts <= 1
