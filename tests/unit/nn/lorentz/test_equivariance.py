from __future__ import annotations

import pytest
import torch

from coffea_lcf.nn.lorentz.equivariance import deviation, relative_deviation
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.minkowski import square
from coffea_lcf.nn.lorentz.transformations import boost


def test_the_largest_component_counts():
    expected = torch.tensor([[1.0, -4.0], [2.0, 1.0]])
    found = torch.tensor([[1.5, -4.0], [2.0, 1.0]])
    assert relative_deviation(found, expected).tolist() == [0.125, 0.0]


def test_opposite_errors_do_not_cancel():
    expected = torch.tensor([[1.0, 1.0]])
    assert relative_deviation(expected + torch.tensor([[0.5, -0.5]]), expected).tolist() == [0.5]


def test_zeros_and_nothing_deviate_by_nothing():
    assert relative_deviation(torch.zeros(2, 3), torch.zeros(2, 3)).tolist() == [0.0, 0.0]
    assert relative_deviation(torch.zeros(2, 0), torch.zeros(2, 0)).tolist() == [0.0, 0.0]
    assert relative_deviation(torch.ones(1, 1), torch.zeros(1, 1)).tolist() == [torch.inf]


def test_the_energy_is_found_not_to_be_a_scalar(jets):
    p4, _ = jets

    def energies_and_masses(p4):
        jet = p4.sum(1, keepdim=True)
        return Irreps(torch.cat([jet[:, :, 0], square(jet)], 1), jet)

    found = deviation(energies_and_masses, p4, boost(3.0, (0.0, 0.0, 1.0)))
    assert found.scalars.min() > 0.001
    assert found.vectors.max() == pytest.approx(0.0, abs=1e-14)
