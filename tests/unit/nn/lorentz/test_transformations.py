from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import boost, rotation, transform

METRIC = torch.diag(torch.tensor([1.0, -1.0, -1.0, -1.0], dtype=torch.float64))

direction = st.tuples(*[st.floats(-1.0, 1.0)] * 3).filter(lambda axis: math.hypot(*axis) > 0.1)


def test_a_boost_moves_a_particle_at_rest_along_its_direction():
    at_rest = torch.tensor([2.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    moving = transform(boost(1.25, (0.0, 0.0, 9.0)), at_rest)
    assert moving.tolist() == pytest.approx([2.5, 0.0, 0.0, 1.5])


def test_a_rotation_is_right_handed():
    x_axis = torch.tensor([4.0, 1.0, 0.0, 0.0], dtype=torch.float64)
    turned = transform(rotation(math.pi / 2, (0.0, 0.0, 1.0)), x_axis)
    assert turned.tolist() == pytest.approx([4.0, 0.0, 1.0, 0.0])


def test_transform_keeps_the_type_of_the_vectors():
    assert transform(boost(2.0, (1.0, 0.0, 0.0)), torch.ones(5, 4)).dtype == torch.float32


@given(st.floats(1.0, 30.0), direction)
def test_boosts_keep_the_metric(gamma, axis):
    matrix = boost(gamma, axis)
    assert torch.allclose(matrix.T @ METRIC @ matrix, METRIC, atol=1e-12 * gamma**2)
    back = boost(gamma, tuple(-component for component in axis))
    assert torch.allclose(back @ matrix, torch.eye(4, dtype=torch.float64), atol=1e-12 * gamma**2)


@given(st.floats(-7.0, 7.0), direction)
def test_rotations_keep_the_metric_and_the_energy(angle, axis):
    matrix = rotation(angle, axis)
    assert torch.allclose(matrix.T @ METRIC @ matrix, METRIC, atol=1e-12)
    assert matrix[0].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_a_transformation_leaves_scalars_alone():
    features = Irreps(torch.ones(2, 3), torch.ones(2, 1, 4))
    seen = features.transformed(boost(1.25, (1.0, 0.0, 0.0)))
    assert seen.scalars is features.scalars
    assert torch.allclose(seen.vectors[0, 0], torch.tensor([2.0, 2.0, 1.0, 1.0]))


def test_a_mask_leaves_exact_zeros_even_of_nan():
    mask = torch.tensor([True, False])
    masked = Irreps(torch.tensor([[1.0], [torch.nan]]), torch.full((2, 1, 4), torch.inf))
    assert masked.masked(mask).scalars.tolist() == [[1.0], [0.0]]
    assert masked.masked(mask).vectors[1].tolist() == [[0.0] * 4]
