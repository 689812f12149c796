from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.tradeoff import Measured, knee


def _change(value, error):
    return Measured(value, value + error * np.array([-1.0, 1.0]) / np.sqrt(2))


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
            "every budget loses more than 2.0%: loose the least, -10.0% ± 1.0%",
        ),
        (
            [(0.0, 0.01), (0.0, 0.01), (0.01, 0.01)],
            2,
            "tight: +1.0% ± 1.0% against no skim, within 2.0%; no tighter budget was tried",
        ),
    ],
    ids=["tolerance", "error", "none", "all"],
)
def test_the_knee_is_the_tightest_budget_that_costs_nothing_noticeable(changes, index, reason):
    found = knee(NAMES, [_change(*one) for one in changes])

    assert (found.index, found.reason) == (index, reason)
