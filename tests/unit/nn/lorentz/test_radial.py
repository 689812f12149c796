from __future__ import annotations

import pytest
import torch

from coffea_lcf.nn.lorentz.radial import NARROWEST, WIDEST, LorentzianBells, lorentzian_bell


def test_a_bell_is_one_half_at_its_width_for_either_sign():
    distance = torch.tensor([[[0.0, 4.0], [-4.0, 36.0]]])
    bell = lorentzian_bell(distance, torch.tensor([0.5]))
    assert bell.tolist() == [[[[1.0, 0.5], [0.5, pytest.approx(0.1)]]]]


def test_the_bells_start_evenly_in_the_logarithm_and_end_with_a_constant():
    distance = torch.tensor([NARROWEST, WIDEST]).square().view(1, 1, 2)
    bells = LorentzianBells(4)(distance).squeeze().detach()
    assert bells.shape == (5, 2)
    assert float(bells[0, 0]) == pytest.approx(0.5)
    assert float(bells[3, 1]) == pytest.approx(0.5)
    assert bells[4].tolist() == [1.0, 1.0]
    steps = LorentzianBells(4).log_inverse_width.diff()
    assert torch.allclose(steps, steps[0].expand(3))


def test_the_bell_has_the_gradient_of_its_formula():
    distance = torch.randn(2, 3, 3, dtype=torch.float64, requires_grad=True)
    width = torch.rand(4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lorentzian_bell, (distance, width))
