from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.errors import SelectionError, TableError
from coffea_lcf.selection import Cut

LEFT = Cut("mass", "left", upper=2.0)
RIGHT = Cut("mass", "right", lower=1.0)
MIDDLE = Cut("mass", "middle", 1.0, 2.0)
EDGE = Cut("mass", "edge", 1.0, 2.0)

VALUES = [-np.inf, 0.0, 1.0, 1.5, 2.0, 3.0, np.inf, np.nan]


@pytest.mark.parametrize(
    ("cut", "passes"),
    [
        (LEFT, [1, 1, 1, 1, 0, 0, 0, 0]),
        (RIGHT, [0, 0, 0, 1, 1, 1, 1, 0]),
        (MIDDLE, [0, 0, 0, 1, 0, 0, 0, 0]),
        (EDGE, [1, 1, 0, 0, 0, 1, 1, 0]),
    ],
    ids=lambda value: getattr(value, "case", ""),
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_case_excludes_its_boundaries_and_nan(cut, passes, dtype):
    mask = cut.mask(np.array(VALUES, dtype))
    assert mask.dtype == np.bool_
    assert mask.tolist() == [bool(one) for one in passes]


def test_integers_and_booleans_can_be_cut():
    assert RIGHT.mask(np.array([0, 1, 2])).tolist() == [False, False, True]
    assert Cut("flag", "right", lower=0.5).mask(np.array([True, False])).tolist() == [True, False]


def test_no_events_give_an_empty_mask():
    for cut in (LEFT, RIGHT, MIDDLE, EDGE):
        assert cut.mask(np.array([], np.float32)).shape == (0,)


def test_boundaries_are_snapped_to_float32():
    cut = Cut("x", "middle", 0.1, np.float64(0.3))
    assert (cut.lower, cut.upper) == (float(np.float32(0.1)), float(np.float32(0.3)))
    assert type(cut.lower) is float
    assert cut.lower != 0.1


@pytest.mark.parametrize("case", ["left", "right"])
def test_an_event_on_the_snapped_boundary_fails_in_float32_and_in_double(case):
    side = {"left": "upper", "right": "lower"}[case]
    cut = Cut("x", case, **{side: 0.1})
    boundary = np.array([0.1], np.float32)
    assert not cut.mask(boundary).any()
    assert not cut.mask(boundary.astype(np.float64)).any()


def test_snapping_is_stable():
    cut = Cut("x", "right", lower=0.1)
    assert Cut("x", "right", lower=cut.lower) == cut


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (Cut("mass", "left", upper=98.0, unit="GeV"), "mass < 98 GeV"),
        (Cut("mass", "right", lower=60.5, unit="GeV"), "mass > 60.5 GeV"),
        (Cut("mass", "middle", 60.5, 98.0, "GeV"), "60.5 < mass < 98 GeV"),
        (Cut("tau21", "edge", 0.1, 0.7), "tau21 < 0.1 or tau21 > 0.7"),
        (Cut("x", "right", lower=1.23456789e-5), "x > 1.23457e-05"),
    ],
)
def test_cuts_in_words(cut, words):
    assert str(cut) == words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", "left", None, 1.0), "a cut needs the name of an observable, not ''"),
        ((3, "left", None, 1.0), "a cut needs the name of an observable, not 3"),
        (("x", "centre", 1.0, 2.0), "on 'x': case 'centre' is not one of left, right, middle"),
        (("x", "left", 1.0, 2.0), r"case 'left' takes no lower \(got 1.0\)"),
        (("x", "left"), r"case 'left' needs upper \(got None\)"),
        (("x", "right", 1.0, 2.0), r"case 'right' takes no upper \(got 2.0\)"),
        (("x", "right"), r"case 'right' needs lower \(got None\)"),
        (("x", "middle", 1.0), "case 'middle' needs upper"),
        (("x", "edge", None, 1.0), "case 'edge' needs lower"),
        (("x", "middle", 2.0, 1.0), "needs lower < upper, got lower = 2.0, upper = 1.0"),
        (("x", "edge", 1.0, 1.0), "needs lower < upper"),
        # different as doubles, the same float32
        (("x", "middle", 1.0, 1.0 + 1e-12), "needs lower < upper, got lower = 1.0, upper = 1.0"),
        (("x", "right", float("nan")), "lower = nan is not a finite float32"),
        (("x", "left", None, float("-inf")), "upper = -inf is not a finite float32"),
        (("x", "left", None, 1e39), r"upper = 1e\+39 is not a finite float32"),
        (("x", "right", "low"), "lower = 'low' is not a number"),
    ],
)
def test_cuts_that_cannot_exist(arguments, message):
    with pytest.raises(SelectionError, match=message):
        Cut(*arguments)


@pytest.mark.parametrize(
    "values",
    [
        [1.0, float("nan"), 3.0],
        ak.Array([1.0, None, 3.0]),
        ak.firsts(ak.Array([[1.0, 9.0], [], [3.0]])),
        np.ma.masked_array([1.0, 5.0, 3.0], mask=[False, True, False]),
    ],
    ids=["list", "option", "firsts", "masked"],
)
def test_whatever_holds_one_number_an_event_is_cut(values):
    assert Cut("x", "right", lower=2.0).mask(values).tolist() == [False, False, True]
    # the other way round, what is missing does not pass either
    assert Cut("x", "left", upper=2.0).mask(values).tolist() == [True, False, False]


def test_objects_are_not_one_number_an_event():
    with pytest.raises(TableError, match="column 'x' is not one number per event"):
        Cut("x", "right", lower=2.0).mask(ak.Array([[1.0, 2.0], []]))
