from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.joint.box import CHUNK, BoxCuts, Events, efficiencies

NAN = float("nan")


def box(case, lower, upper):
    return BoxCuts((case,), np.array([lower], np.float32), np.array([upper], np.float32))


@pytest.mark.parametrize(
    ("case", "lower", "upper", "passing"),
    [
        (None, NAN, NAN, [1, 1, 1, 1, 1]),
        ("left", NAN, 3.0, [1, 1, 0, 0, 0]),
        ("right", 3.0, NAN, [0, 0, 0, 1, 1]),
        ("middle", 1.0, 4.0, [0, 1, 1, 0, 0]),
        ("edge", 2.0, 4.0, [1, 0, 0, 0, 1]),
    ],
)
def test_cases_compare_strictly(case, lower, upper, passing):
    x = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]], np.float32)
    np.testing.assert_array_equal(box(case, lower, upper).passes(x), np.array(passing, bool))


def test_an_event_passes_all_cuts_across_chunks():
    x = np.zeros((CHUNK + 3, 2), np.float32)
    x[-1] = 1.0
    both = BoxCuts(("right", "right"), *np.array([[0.5, 0.5], [NAN, NAN]], np.float32))
    assert np.flatnonzero(both.passes(x)).tolist() == [CHUNK + 2]
    assert both.passes(x[:0]).shape == (0,)


def test_efficiencies_are_shares_of_weight():
    events = Events(
        np.array([[0.0], [1.0], [2.0], [3.0]], np.float32),
        np.array([1, 1, 1, 0]),
        np.array([1.0, 3.0, -1.0, 2.0]),
    )
    boxes = [box("right", 0.5, NAN), box(None, NAN, NAN)]
    assert efficiencies(events, boxes, 1).tolist() == pytest.approx([2.0 / 3.0, 1.0])
    assert efficiencies(events, boxes, 0).tolist() == [1.0, 1.0]
