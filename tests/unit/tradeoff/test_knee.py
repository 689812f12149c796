from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.tradeoff import Measured, knee


def _change(value, error):
    replicas = np.array([-1.0, 1.0]) / np.sqrt(2)
    return Measured(value, value + error * replicas)


NAMES = ("loose", "middling", "tight")


@pytest.mark.parametrize(
    ("changes", "index", "reason"),
    [
        (
            [(0.0, 0.01), (-0.015, 0.001), (-0.1, 0.01)],
            1,
            "middling: -1.5% ± 0.1% against no skim, within 2.0%; "
            "the next, tight, has -10.0% ± 1.0%",
        ),
        (
            [(0.0, 0.01), (-0.03, 0.04), (-0.1, 0.01)],
            1,
            "middling: -3.0% ± 4.0% against no skim, within 8.0%; "
            "the next, tight, has -10.0% ± 1.0%",
        ),
        (
            [(-0.1, 0.01), (0.0, 0.01), (0.0, 0.01)],
            0,
            "none is safe; loose has -10.0% ± 1.0%",
        ),
        (
            [(0.0, 0.01), (0.0, 0.01), (0.01, 0.01)],
            2,
            "tight: +1.0% ± 1.0% against no skim, within 2.0%; no tighter budget was tried",
        ),
        (
            [(0.0, 0.01), (0.1, 0.2), (0.0, 0.01)],
            0,
            "loose: +0.0% ± 1.0% against no skim, within 2.0%; the next, middling, cannot be "
            "judged: +10.0% ± 20.0%, too few events for this figure",
        ),
        (
            [(1.0, np.inf), (1.0, np.inf), (1.0, np.inf)],
            0,
            "none is safe; loose cannot be judged: +100.0% ± inf%, too few events for this figure",
        ),
    ],
    ids=["tolerance", "error", "none", "all", "blind", "infinite"],
)
def test_the_knee_is_the_tightest_budget_that_costs_nothing_noticeable(changes, index, reason):
    found = knee(NAMES, [_change(*one) for one in changes])

    assert (found.index, found.reason) == (index, reason)
