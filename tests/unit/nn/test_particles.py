from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.nn.particles import around_axis, shares


def massless(pt: float, eta: float, phi: float) -> list[float]:
    return [pt * math.cosh(eta), pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta)]


P4 = torch.tensor([[massless(30.0, 0.5, 3.0), massless(30.0, 0.5, -3.0), [9.0, 9.0, 9.0, 9.0]]])
MASK = torch.tensor([[True, True, False]])


def test_distances_from_the_axis_across_pi():
    particles = around_axis(P4.double(), MASK)
    # both are 0.1416 away from the axis at phi = π
    axis_eta = math.asinh(math.sinh(0.5) / math.cos(math.pi - 3.0))
    torch.testing.assert_close(particles.pt, torch.tensor([[30.0, 30.0, 0.0]]).double())
    away = math.pi - 3.0
    assert particles.phi[0, :2].abs().tolist() == pytest.approx([away, away], rel=1e-5)
    assert particles.phi[0, :2].sum().item() == pytest.approx(0.0, abs=1e-6)
    assert particles.eta[0].tolist() == pytest.approx(
        [0.5 - axis_eta, 0.5 - axis_eta, 0.0], rel=1e-4
    )


def test_shares_of_the_transverse_momentum():
    features = shares(around_axis(P4, MASK))
    assert features.shape == (1, 3, 3)
    assert features[0, :, 0].tolist() == pytest.approx([0.5, 0.5, 0.0])


def test_rotations_about_the_beam_and_boosts_along_it_change_nothing():
    torch.manual_seed(0)
    eta, phi = torch.rand(2, 4, 8, dtype=torch.float64)
    pt = 1 + 50 * torch.rand(4, 8, dtype=torch.float64)

    def jets(shift: float, turn: float) -> torch.Tensor:
        return torch.stack(
            [
                pt * torch.cosh(eta + shift),
                pt * torch.cos(phi + turn),
                pt * torch.sin(phi + turn),
                pt * torch.sinh(eta + shift),
            ],
            -1,
        )

    mask = torch.ones(4, 8, dtype=torch.bool)
    still, turned = around_axis(jets(0.0, 0.0), mask), around_axis(jets(0.0, 2.5), mask)
    for one, other in zip(still, turned, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)
    # the axis of a massive jet moves in pseudorapidity a little; distances between do not
    boosted = around_axis(jets(1.0, 0.0), mask)
    torch.testing.assert_close(still.eta.diff(), boosted.eta.diff(), rtol=1e-10, atol=1e-12)


def test_a_jet_without_constituents_is_finite():
    particles = around_axis(torch.zeros(1, 3, 4), torch.zeros(1, 3, dtype=torch.bool))
    assert all(not part.any() for part in particles)
    assert not shares(particles).any()


def test_derivatives_are_finite_beside_empty_slots():
    p4 = P4.clone()
    p4[0, 2] = 0.0
    p4.requires_grad_()
    shares(around_axis(p4, MASK)).square().sum().backward()
    assert p4.grad.isfinite().all()
    assert not p4.grad[0, 2].any()
