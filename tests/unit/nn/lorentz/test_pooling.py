from __future__ import annotations

import pytest
import torch

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.pooling import ExtremePooling, MeanPooling, MixPooling
from tests.unit.nn.lorentz.conftest import CHANNELS, PLACES

MASK = torch.tensor([[True, False, True]])
FEATURES = Irreps(
    torch.tensor([[[-3.0], [9.0], [5.0]]]),
    torch.tensor([[[[2.0, 0, 0, 0]], [[9.0, 0, 0, 0]], [[1.0, 0, 0, 3.0]]]]),
)


def with_weights(pooling, value):
    for parameter in pooling.parameters():
        torch.nn.init.constant_(parameter, value)
    return pooling


def test_mean_leaves_out_empty_slots():
    latent = with_weights(MeanPooling(1, 1, 1), 2.0)(FEATURES.masked(MASK), MASK)
    assert latent.scalars.tolist() == [[2.0]]
    assert latent.vectors.tolist() == [[[3.0, 0.0, 0.0, 3.0]]]


def test_extremes_are_the_smallest_and_largest_invariant():
    latent = with_weights(ExtremePooling(1, 1, 1), 1.0)(FEATURES, MASK)
    assert latent.scalars.tolist() == [[-3.0, 5.0]]
    # squares of -8 and 4
    assert latent.vectors.tolist() == [[[1.0, 0.0, 0.0, 3.0], [2.0, 0.0, 0.0, 0.0]]]


def test_mix_has_a_weight_for_each_place():
    pooling = with_weights(MixPooling(3, 1, 1, 1), 0.0)
    pooling.scalar.weight.data[0] = torch.tensor([1.0, 10.0, 100.0])
    pooling.vector.weight.data[0] = torch.tensor([1.0, 10.0, 100.0])
    latent = pooling(FEATURES, MASK)
    assert latent.scalars.tolist() == [[497.0]]
    assert latent.vectors.tolist() == [[[102.0, 0.0, 0.0, 300.0]]]


@pytest.mark.parametrize(
    "pooling",
    [
        MeanPooling(CHANNELS, 2, 4),
        ExtremePooling(CHANNELS, 1, 2),
        MixPooling(PLACES, CHANNELS, 2, 4),
    ],
    ids=["mean", "extremes", "mix"],
)
def test_pooling_is_equivariant(pooling, jets, features, frame):
    mask = jets[1]
    pooling = pooling.double()
    latent = pooling(features, mask).transformed(frame)
    seen = pooling(features.transformed(frame), mask)
    assert latent.scalars.shape == (20, 2)
    assert latent.vectors.shape == (20, 4, 4)
    assert torch.allclose(seen.scalars, latent.scalars, rtol=1e-12)
    assert torch.allclose(seen.vectors, latent.vectors, rtol=1e-10, atol=1e-10)
