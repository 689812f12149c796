"""Joint cuts on the mock sets: as good as the best AND of one-dimensional cuts."""

from __future__ import annotations

import pytest

import coffea_lcf as lcf
from coffea_lcf.datasets.mock import draw
from coffea_lcf.evaluation import evaluate

BEST = {
    "mock1": 0.9240,
    "mock2": 0.9432,
    "mock3": 0.8399,
    "mock4": 0.8399,
    "mock5": 0.9242,
    "mock6": 0.9256,
}
"""Test accuracy of exact coordinate descent on the training accuracy."""


@pytest.mark.parametrize("name", BEST)
def test_joint_cuts_are_the_best_box_and_no_worse_than_sequential_ones(name: str) -> None:
    mock = draw(name)
    joint, sequential = (
        evaluate(lcf.fit(mock.train, strategy, repeats=1).selection, mock.test)["accuracy"]
        for strategy in ("joint", "sequential")
    )
    assert joint >= BEST[name] - 0.002
    assert joint >= sequential - 0.001
