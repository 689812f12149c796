from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf import ObservableTable
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.selection.rounding import rounded


def table(values, label=None, weight=None):
    values = np.asarray(values, dtype=np.float32)
    label = np.arange(len(values)) % 2 == 0 if label is None else label
    return ObservableTable.from_arrays({"x": values}, label, weight)


def cut_on(values, share, **boundaries):
    case = {("upper",): "left", ("lower",): "right"}.get(tuple(boundaries), "middle")
    return rounded(Selection((Cut("x", case, **boundaries),)), table(values), share).cuts[0]


UNIFORM = np.linspace(0, 100, 20_001)
"""Of each class one event every 0.01."""


@pytest.mark.parametrize(
    ("share", "upper"), [(0.05, 60.0), (0.003, 58.0), (0.001, 57.7), (0.0001, 57.74)]
)
def test_digits_that_few_events_see_go(share, upper):
    # 2.26 % of the events are between 57.74325 and 60, 0.26 % up to 58, 0.043 % from 57.7
    assert cut_on(UNIFORM, share, upper=57.74325).upper == pytest.approx(upper, rel=1e-7)


def test_both_ends_of_a_window_are_rounded_each_for_itself():
    cut = cut_on(UNIFORM, 0.003, lower=57.74325, upper=81.4989)
    assert (cut.lower, cut.upper) == pytest.approx((58.0, 81.5))


def test_without_a_share_only_digits_go_that_no_event_sees():
    assert cut_on([1.0, 2.0, 3.0, 4.0], 0.0, upper=2.71828).upper == pytest.approx(2.7)
    # 2.7 would put the signal at 2.7 on another side, 2.72 the background at 2.719
    cut = cut_on([2.7, 2.719, 3.0, 4.0], 0.0, upper=2.71828)
    assert cut.upper == pytest.approx(2.718)


def test_each_class_counts_for_itself():
    # one of a hundred background events lies between 0.5 and 0.51234, and all of the signal
    values = np.concatenate([np.linspace(0, 0.49, 99), [0.505], [0.51, 0.511]])
    label = np.arange(102) >= 100
    cut = Selection((Cut("x", "right", lower=0.51234),))
    assert rounded(cut, table(values, label), 0.02).cuts[0].lower == pytest.approx(0.512)
    assert rounded(cut, table(values, ~label), 0.02).cuts[0].lower == pytest.approx(0.512)


def test_heavy_events_count_by_their_weight_and_negative_ones_too():
    values, label = [0.0, 0.0, 0.505, 0.505], np.array([True, False, True, False])
    cut = Selection((Cut("x", "left", upper=0.51234),))
    light = table(values, label, [1.0, 1.0, 0.001, -0.001])
    heavy = table(values, label, [1.0, 1.0, 0.001, -0.1])
    assert rounded(cut, light, 0.01).cuts[0].upper == 0.5
    assert rounded(cut, heavy, 0.01).cuts[0].upper == pytest.approx(0.51)


def test_fixed_cuts_and_thin_windows_stay():
    window = Cut("x", "middle", 57.74325, 57.74526)
    given_by_user = Cut("x", "left", upper=57.74325, fixed=True)
    selection = Selection((window, given_by_user), ("y",), 0.5)
    assert rounded(selection, table(UNIFORM), 0.05) == selection


def digits(number):
    return len(f"{number:.7e}".split("e")[0].rstrip("0"))


@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=50),
    st.floats(-1e6, 1e6, width=32),
    st.floats(0, 0.5),
)
def test_no_more_events_change_sides_than_allowed(values, boundary, share):
    events = table(values)
    before = Cut("x", "right", lower=boundary)
    after = rounded(Selection((before,)), events, share).cuts[0]
    changed = before.mask(events["x"]) != after.mask(events["x"])
    for rows in (events.label, ~events.label):
        assert changed[rows].sum() <= share * rows.sum()
    assert digits(after.lower) <= digits(before.lower)
