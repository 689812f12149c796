from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from coffea_lcf.cuts.joint.box import BoxCuts, Events, efficiencies
from coffea_lcf.cuts.joint.calibrate import calibrated
from coffea_lcf.cuts.joint.grid import grid_edges
from coffea_lcf.cuts.joint.placed import place
from coffea_lcf.cuts.joint.search import cautious

NAN = np.float32(np.nan)


def events(weight=None) -> Events:
    rng = np.random.default_rng(7)
    label = np.arange(8000) % 2
    x = rng.normal(0.8 * label[:, None], 1.0, (8000, 2)).astype(np.float32)
    return Events(x, label, np.ones(8000) if weight is None else weight)


def window(low: float, high: float, right: float) -> BoxCuts:
    lower, upper = np.float32([low, right]), np.float32([high, NAN])
    return BoxCuts(("middle", "right"), lower, upper)


def moved(sample: Events, boxes: list[BoxCuts], targets: list[float], reach: float = 30.0):
    signal = sample.label == 1
    edges = tuple(grid_edges(column[signal], column[~signal]) for column in sample.x.T)
    found = calibrated(
        sample, edges, [place(box, edges) for box in boxes], np.array(targets), reach
    )
    return [one.box(edges) for one in found]


@pytest.mark.parametrize("target", [0.3, 0.45, 0.6])
def test_the_target_is_met_to_an_event(target: float) -> None:
    sample = events()
    (box,) = moved(sample, [window(-0.6, 2.2, -0.4)], [target])
    assert efficiencies(sample, [box], 1)[0] == pytest.approx(target, abs=1.5 / 4000)
    assert box.cases == ("middle", "right")


def test_it_is_met_with_weights_of_either_sign() -> None:
    weight = np.random.default_rng(3).choice([-0.5, 1.0, 2.0], 8000)
    sample = events(weight)
    (box,) = moved(sample, [window(-0.6, 2.2, -0.4)], [0.5])
    step = 2.0 / sample.total(1)
    assert efficiencies(sample, [box], 1)[0] == pytest.approx(0.5, abs=3 * step)


def test_boxes_stay_within_each_other_and_in_order() -> None:
    sample = events()
    boxes = [window(-1.0, 2.6, -0.9), window(-0.6, 2.2, -0.4), window(-0.2, 1.8, 0.2)]
    found = moved(sample, boxes, [0.7, 0.45, 0.25])
    passing = [box.passes(sample.x) for box in found]
    for outer, inner in pairwise(passing):
        assert not (inner & ~outer).any()
    signal = efficiencies(sample, found, 1)
    np.testing.assert_allclose(signal, [0.7, 0.45, 0.25], atol=2e-3)


def test_a_target_out_of_reach_is_missed_by_the_least() -> None:
    sample = events()
    start = window(-0.6, 2.2, -0.4)
    (near,) = moved(sample, [start], [0.05], reach=1.0)
    (far,) = moved(sample, [start], [0.05], reach=5.0)
    at_start = efficiencies(sample, [start], 1)[0]
    assert 0.05 < efficiencies(sample, [far], 1)[0] < efficiencies(sample, [near], 1)[0] < at_start


def test_a_cautious_score_does_not_take_an_empty_corner_for_a_perfect_one() -> None:
    exact = lambda signal, background: np.asarray(signal) / np.sqrt(background)  # noqa: E731
    score = cautious(exact, 100.0)
    # 0 of 100 counts as 2, 4 of 100 as 4 + 2 sqrt(5)
    assert score(0.5, 0.0) == pytest.approx(0.5 / np.sqrt(0.02))
    assert score(0.5, 0.04) == pytest.approx(0.5 / np.sqrt(0.04 + 0.02 * np.sqrt(5.0)))
    assert score(0.9, 0.04) > score(0.2, 0.0)
