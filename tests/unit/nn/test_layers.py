from __future__ import annotations

import pytest
import torch
from torch import nn

from coffea_lcf.nn.deep_sets import by_falling_pt, masked_sum
from coffea_lcf.nn.mlp import mlp, rectified_mlp
from coffea_lcf.nn.standardise import Standardise


def test_layers_of_an_mlp():
    kinds = [type(layer).__name__ for layer in mlp([2, 8, 4, 1], dropout=[0.5])]
    assert kinds == ["Linear", "ReLU", "Dropout", "Linear", "ReLU", "Linear"]
    assert [layer.out_features for layer in mlp([2, 8, 1]) if isinstance(layer, nn.Linear)] == [
        8,
        1,
    ]
    assert isinstance(rectified_mlp([2, 3])[-1], nn.ReLU)


def test_the_sum_leaves_empty_slots_out_whatever_they_hold():
    values = torch.tensor([[[1.0, 2.0], [torch.nan, torch.inf], [3.0, 4.0]]])
    mask = torch.tensor([[True, False, True]])
    assert masked_sum(values, mask).tolist() == [[4.0, 6.0]]


def test_hardest_in_front_and_empty_slots_last():
    pt = torch.tensor([[99.0, 1.0, 3.0]])
    values = torch.tensor([[[0.0], [1.0], [2.0]]])
    mask = torch.tensor([[False, True, True]])
    assert by_falling_pt(values, pt, mask).flatten().tolist() == [2.0, 1.0, 0.0]


def test_standardised_features_have_mean_zero_and_width_one():
    values = torch.randn(500, 2) * torch.tensor([10.0, 0.1]) + torch.tensor([3.0, -7.0])
    scaling = Standardise(2)
    torch.testing.assert_close(scaling(values), values)
    scaling.measure(values)
    scaled = scaling(values)
    assert scaled.mean(0).tolist() == pytest.approx([0, 0], abs=1e-4)
    assert scaled.std(0).tolist() == pytest.approx([1, 1], rel=1e-4)
    assert set(scaling.state_dict()) == {"mean", "scale"}


def test_a_constant_feature_becomes_zero():
    scaling = Standardise(2)
    scaling.measure(torch.tensor([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]]))
    assert scaling(torch.tensor([[0.1, 2.0]])).tolist() == [[0.0, 0.0]]
    assert scaling.scale.tolist() == [1.0, 1.0]
