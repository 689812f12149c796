from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cuts.soft_cut import Erf, Sigmoid, StraightThrough, straight_through

SMOOTH = [Sigmoid(), Erf()]
ALL = [*SMOOTH, StraightThrough(), StraightThrough(Erf())]


def _name(cut):
    return str(cut)


def test_the_values_are_those_of_the_formulas():
    margin = torch.tensor([-0.5, 0.0, 0.25], dtype=torch.float64)

    assert Sigmoid()(margin, 2.0).tolist() == pytest.approx(
        [1 / (1 + math.e), 0.5, 1 / (1 + math.exp(-0.5))]
    )
    assert Erf()(margin, 2.0).tolist() == pytest.approx(
        [(1 - math.erf(1.0)) / 2, 0.5, (1 + math.erf(0.5)) / 2]
    )
    assert StraightThrough()(margin, 2.0).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("cut", SMOOTH, ids=_name)
def test_the_gradient_of_a_smooth_cut_is_that_of_its_values(cut):
    margin = torch.linspace(-2, 2, 9, dtype=torch.float64, requires_grad=True)
    slope = torch.tensor(1.7, dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradcheck(cut, (margin, slope))


@pytest.mark.parametrize("surrogate", SMOOTH, ids=_name)
def test_the_gradient_straight_through_is_that_of_the_surrogate(surrogate):
    gradients = []
    for cut in (StraightThrough(surrogate), surrogate):
        margin = torch.linspace(-2, 2, 9, dtype=torch.float64, requires_grad=True)
        cut(margin, 3.0).sum().backward()
        gradients.append(margin.grad.tolist())

    assert gradients[0] == gradients[1]
    assert gradients[0][4] > 0


@pytest.mark.parametrize("cut", ALL, ids=_name)
def test_far_from_the_boundary_there_is_no_gradient(cut):
    margin = torch.tensor([-1e4, 1e4, -math.inf, math.inf], requires_grad=True)

    cut(margin, 5.0).sum().backward()

    assert margin.grad.tolist() == [0.0, 0.0, 0.0, 0.0]


@given(
    st.sampled_from(ALL),
    st.floats(-1e3, 1e3, width=32).filter(lambda margin: abs(margin) > 1e-6),
)
def test_a_steep_cut_is_the_hard_one(cut, margin):
    passed = float(cut(torch.tensor(margin, dtype=torch.float64), 1e9))

    assert passed == float(margin > 0)


@given(st.sampled_from(SMOOTH), st.floats(-5, 5), st.floats(0.1, 5))
def test_a_smooth_cut_passes_as_much_as_its_mirror_image_rejects(cut, margin, slope):
    there, mirrored = (
        float(cut(torch.tensor(sign * margin, dtype=torch.float64), slope)) for sign in (1, -1)
    )

    assert there + mirrored == pytest.approx(1.0, abs=1e-12)
    assert 0.0 <= there <= 1.0


def test_hard_values_keep_every_digit():
    soft = torch.rand(1000, requires_grad=True)
    hard = torch.arange(1000) % 2 == 0

    assert straight_through(hard, soft).tolist() == [1.0, 0.0] * 500
