from __future__ import annotations

import pytest
import torch

from coffea_lcf.nn.lorentz.minkowski import (
    SMALLEST_MASS,
    dot,
    four_velocity,
    gram,
    pair_square,
    rest_frame_square,
    square,
)
from coffea_lcf.nn.lorentz.transformations import boost, transform

A = torch.tensor([5.0, 1.0, 2.0, 3.0], dtype=torch.float64)
B = torch.tensor([7.0, -1.0, 0.5, 2.0], dtype=torch.float64)


def test_the_metric_is_plus_minus_minus_minus():
    assert float(dot(A, B)) == 35.0 - (-1.0 + 1.0 + 6.0)
    assert float(square(A)) == 25.0 - 14.0


def test_gram_holds_all_products():
    expected = [[11.0, 29.0], [29.0, 49.0 - 5.25]]
    assert gram(torch.stack([A, B]), torch.stack([A, B])).tolist() == expected


def test_pair_square_is_the_square_of_the_difference():
    difference = 4.0 - (4.0 + 2.25 + 1.0)
    assert pair_square(torch.stack([A, B])).tolist() == [[0.0, difference], [difference, 0.0]]


def test_pair_square_keeps_the_digits_of_parallel_momenta():
    hard = torch.tensor([1000.0, 0.0, 0.0, 1000.0])
    near = torch.tensor([1000.0, 0.25, 0.0, 1000.0])
    assert float(pair_square(torch.stack([hard, near]))[0, 1]) == -0.0625


def test_a_four_velocity_has_unit_square():
    assert float(square(four_velocity(A))) == pytest.approx(1.0, abs=1e-15)


def test_a_massless_momentum_has_a_finite_velocity_and_gradient():
    light = torch.tensor([3.0, 0.0, 0.0, 3.0], requires_grad=True)
    velocity = four_velocity(light)
    assert torch.allclose(velocity, light / SMALLEST_MASS)
    velocity.sum().backward()
    assert light.grad.isfinite().all()


def test_the_rest_frame_square_is_euclidean_at_rest():
    rest = torch.tensor([1.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    assert float(rest_frame_square(A, rest)) == 25.0 + 14.0


def test_the_rest_frame_square_is_the_euclidean_one_after_a_boost():
    to_moving = boost(4.0, (1.0, 2.0, -1.0))
    velocity = to_moving[:, 0]
    assert float(rest_frame_square(transform(to_moving, A), velocity)) == pytest.approx(39.0)


def test_the_rest_frame_square_has_the_gradient_of_its_formula():
    x = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    p4 = torch.tensor([[6.0, 1.0, 2.0, 3.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, p: rest_frame_square(x, four_velocity(p)), (x, p4))
