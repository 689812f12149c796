from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.cuts.soft_cut import Erf, Sigmoid, StraightThrough
from coffea_lcf.errors import SelectionError
from coffea_lcf.table import ObservableTable

CASES = ("left", "right", "middle", "edge", None)
NAMES = ("a", "b", "c", "d", "e")


def _box(soft_cut=None, cases=CASES, dtype=torch.float32):
    features = len(cases)
    return SoftBox(
        cases,
        torch.full((features,), -1.0, dtype=dtype),
        torch.full((features,), 2.0, dtype=dtype),
        torch.full((features,), 0.5, dtype=dtype),
        soft_cut or Sigmoid(),
        slope=2.0,
    )


def test_the_share_is_the_product_of_the_soft_cuts():
    x = torch.tensor([[0.0, 1.0, -1.5, -1.5, 7.0]], dtype=torch.float64)
    box = _box(dtype=torch.float64)

    def step(margin):
        return 1 / (1 + np.exp(-2.0 * margin / 0.5))

    left, right = step(2.0 - 0.0), step(1.0 + 1.0)
    middle = step(-1.5 + 1.0) * step(2.0 + 1.5)
    below, above = step(-1.0 + 1.5), step(-1.5 - 2.0)
    edge = below + above - below * above
    assert box(x).tolist() == pytest.approx([left * right * middle * edge])


@given(
    hnp.arrays(np.float32, (7, 5), elements=st.floats(-4, 4, width=32)),
    hnp.arrays(np.float32, (2, 5), elements=st.floats(0, 0.25, width=32)),
)
def test_the_hard_box_is_its_selection_event_by_event(x, moved):
    box = _box(StraightThrough())
    with torch.no_grad():
        box.moved.copy_(torch.from_numpy(moved) * torch.tensor([[-1.0], [1.0]]))
    lower, upper = box.boundaries().detach().numpy()
    # events exactly on a boundary are where masks would differ
    x[0], x[1] = np.where(np.isfinite(lower), lower, 0), np.where(np.isfinite(upper), upper, 0)
    table = ObservableTable.from_arrays(dict(zip(NAMES, x.T, strict=True)), np.zeros(7))

    expected = box.selection(NAMES, [""] * 5).mask(table)

    assert box.hard(torch.from_numpy(x)).tolist() == expected.tolist()
    assert (box(torch.from_numpy(x)) == 1).tolist() == expected.tolist()


@pytest.mark.parametrize("soft_cut", [Sigmoid(), Erf()], ids=str)
def test_the_limit_of_steep_slopes_is_the_hard_box(soft_cut):
    x = torch.from_numpy(np.random.default_rng(0).normal(0, 2, (2000, 5)))
    box = _box(soft_cut, dtype=torch.float64)
    box.slope.fill_(1e9)

    assert box(x).tolist() == box.hard(x).double().tolist()


@pytest.mark.parametrize("soft_cut", [Sigmoid(), Erf()], ids=str)
def test_gradients_of_all_boundaries_are_those_of_the_values(soft_cut):
    x = torch.from_numpy(np.random.default_rng(1).normal(0, 2, (20, 5)))
    box = _box(soft_cut, dtype=torch.float64)

    def shares(moved):
        return torch.func.functional_call(box, {"moved": moved}, (x,))

    assert torch.autograd.gradcheck(shares, box.moved.detach().clone().requires_grad_())


def test_open_boundaries_have_no_gradient_and_closed_ones_do():
    x = torch.from_numpy(np.random.default_rng(2).normal(0, 2, (100, 5)).astype(np.float32))
    box = _box()

    box(x).sum().backward()

    assert (box.moved.grad != 0).tolist() == [
        [False, True, True, True, False],
        [True, False, True, True, False],
    ]


def test_the_selection_has_units_and_names_what_it_does_not_use():
    selection = _box().selection(NAMES, ["GeV", "", "", "", ""])

    assert [str(cut) for cut in selection.cuts] == [
        "a < 2 GeV",
        "b > -1",
        "-1 < c < 2",
        "d < -1 or d > 2",
    ]
    assert selection.unused == ("e",)


def test_crossed_boundaries_are_an_error():
    box = _box(cases=("middle",))
    with torch.no_grad():
        box.moved[0] = 2.0  # times a gain of 15 scales of 0.5

    with pytest.raises(SelectionError, match=r"lower < upper, got lower = 1[0-9.]*, upper = 2\.0"):
        box.selection(("a",), ("",))
