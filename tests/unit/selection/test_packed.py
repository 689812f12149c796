from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.errors import MissingBranchError, SelectionError
from coffea_lcf.selection import Cut, Selection

COLUMNS = {"x": np.array([-1.0, 0.5, 2.0, np.nan], np.float32)}


def _thresholds(count):
    return Selection(tuple(Cut("x", "right", lower=-2.0 + step) for step in range(count)))


def test_one_entry_a_cut():
    selection = Selection((Cut("x", "right", lower=0.0), Cut("x", "left", upper=1.0)))
    packed = selection.to_packed_selection(COLUMNS)
    assert packed.names == ["x", "x_2"]
    assert packed.all("x").tolist() == [False, True, True, False]
    assert packed.all().tolist() == [False, True, False, False]


@pytest.mark.parametrize("count", [1, 32, 33, 64])
def test_as_many_cuts_as_there_are_bits(count):
    selection = _thresholds(count)
    packed = selection.to_packed_selection(COLUMNS)
    assert len(packed.names) == count
    assert packed.all(*packed.names).tolist() == selection.mask(COLUMNS).tolist()


def test_more_cuts_do_not_fit():
    with pytest.raises(SelectionError, match="65 cuts do not fit into a PackedSelection of 64"):
        _thresholds(65).to_packed_selection(COLUMNS)


def test_a_missing_observable_is_reported():
    with pytest.raises(MissingBranchError, match="'x' is not among the columns"):
        _thresholds(1).to_packed_selection({"y": [1.0]})
