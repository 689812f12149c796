from __future__ import annotations

from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cuts.joint.grid import BINS
from coffea_lcf.cuts.joint.nesting import conflicts, contained, nested
from coffea_lcf.cuts.joint.placed import Placed


def one(lower, upper, outside=False):
    return Placed(np.array([outside]), np.array([float(lower)]), np.array([float(upper)]))


def ends(boxes):
    return [(float(box.lower[0]), float(box.upper[0])) for box in boxes]


def test_violators_are_pooled_and_open_ends_take_over():
    boxes = [one(0, 200), one(30, 180), one(20, 190), one(0, 170)]
    assert ends(nested(boxes)) == [(0, 200), (25, 185), (25, 185), (25, 170)]


def test_a_gap_grows_from_its_first_appearance():
    boxes = [one(0, BINS), one(100, 120, True), one(110, 130, True), one(0, BINS)]
    family = nested(boxes)
    assert [bool(box.outside[0]) for box in family] == [False, True, True, True]
    assert ends(family)[1:] == [(105, 120), (105, 130), (105, 130)]


def test_an_interval_and_a_gap_are_in_conflict():
    assert conflicts([one(100, 120, True), one(0, 100)]).tolist() == [True]
    assert conflicts([one(100, 120, True), one(0, BINS)]).tolist() == [False]


INTERVALS = st.lists(st.tuples(st.integers(0, 120), st.integers(130, BINS)), min_size=1, max_size=6)


@given(INTERVALS, st.booleans())
def test_families_are_nested(pairs, outside):
    boxes = [
        one(max(low, 1), min(high, 255), True) if outside else one(low, high) for low, high in pairs
    ]
    sign = -1 if outside else 1
    inside = list(accumulate(boxes, lambda outer, box: contained(box, outer)))
    for family in (nested(boxes), inside):
        lower, upper = (sign * np.array(end) for end in zip(*ends(family), strict=True))
        assert np.all(np.diff(lower) >= -1e-9)
        assert np.all(np.diff(upper) <= 1e-9)
