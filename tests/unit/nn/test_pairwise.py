from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.nn.pairwise import (
    OFFSET,
    filled_pairs,
    pair_features,
    pair_numbers,
    to_both_members,
)
from coffea_lcf.nn.particles import Particles


def test_every_pair_once():
    assert pair_numbers(4).T.tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert pair_numbers(1).shape == (2, 0)


def test_features_worked_by_hand():
    particles = Particles(
        torch.tensor([[30.0, 10.0]]), torch.tensor([[0.3, 0.0]]), torch.tensor([[0.0, 0.4]])
    )
    features = pair_features(particles, pair_numbers(2))
    mass2 = 2 * 300 * (math.cosh(0.3) - math.cos(0.4))
    expected = [math.log(x + OFFSET) for x in (0.5, 5.0, 0.25, mass2)]
    assert features.shape == (1, 1, 4)
    assert features[0, 0].tolist() == pytest.approx(expected, rel=1e-5)


def test_the_mass_is_that_of_the_four_momenta():
    generator = torch.Generator().manual_seed(0)
    pt, eta, phi = torch.rand(3, 6, 5, generator=generator, dtype=torch.float64)
    p4 = torch.stack([pt * eta.cosh(), pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()], -1)
    first, second = pair_numbers(5)
    total = p4[:, first] + p4[:, second]
    mass2 = total[..., 0] ** 2 - total[..., 1:].square().sum(-1)
    found = pair_features(Particles(pt, eta, phi), pair_numbers(5))[..., 3].exp() - OFFSET
    torch.testing.assert_close(found, mass2, rtol=1e-8, atol=1e-10)


def test_a_pair_on_one_spot_is_finite_with_its_derivative():
    pt = torch.tensor([[1.0, 1.0, 0.0, 0.0]], requires_grad=True)
    eta, phi = torch.zeros(2, 1, 4, requires_grad=True)
    features = pair_features(Particles(pt, eta, phi), pair_numbers(4))
    assert features.isfinite().all()
    gradients = torch.autograd.grad(features.sum(), [pt, eta, phi], allow_unused=True)
    assert all(gradient.isfinite().all() for gradient in gradients)


def test_filled_pairs():
    mask = torch.tensor([[True, False, True]])
    assert filled_pairs(mask, pair_numbers(3)).tolist() == [[False, True, False]]


def test_each_slot_takes_its_pairs():
    values = torch.tensor([[[1.0], [10.0], [100.0]]])  # of (0, 1), (0, 2), (1, 2)
    full = to_both_members(values, pair_numbers(3), torch.ones(1, 3, dtype=torch.bool))
    assert full.tolist() == [[[11.0], [101.0], [110.0]]]
    mask = torch.tensor([[True, False, True]])
    values[0, 0] = torch.nan
    assert to_both_members(values, pair_numbers(3), mask).tolist() == [[[10.0], [0.0], [10.0]]]


def test_two_jets_do_not_mix():
    values = torch.arange(6.0).reshape(2, 3, 1)
    mask = torch.tensor([[True, True, True], [True, True, False]])
    result = to_both_members(values, pair_numbers(3), mask).squeeze(-1)
    assert result.tolist() == [[1.0, 2.0, 3.0], [3.0, 3.0, 0.0]]
