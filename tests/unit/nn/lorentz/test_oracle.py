"""Our transformations and layers beside L-GATr-slim, whose authors share no code with us."""

from __future__ import annotations

import pytest
import torch

from coffea_lcf.nn.lorentz.equivariance import deviation
from coffea_lcf.nn.lorentz.graph import LorentzGraph
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import boost, rotation

CHANNELS = 4
DIRECTION = (1.0, 0.5, -1.0)

FRAMES = {
    "rotation": (rotation(2.0, DIRECTION), 1e-10, 1e-11),
    "gamma 1.5": (boost(1.5, DIRECTION), 1e-9, 1e-11),
    "gamma 3": (boost(3.0, DIRECTION), 1e-9, 1e-11),
    "gamma 10": (boost(10.0, DIRECTION), 5e-8, 1e-10),
    "gamma 100": (boost(100.0, DIRECTION), 1e-5, 1e-8),
}
"""Transformations with the largest and the median deviation that is allowed."""


@pytest.fixture(scope="module")
def networks():
    """Return both networks as functions of momenta, mask and features."""
    lgatr = pytest.importorskip("lgatr")
    torch.manual_seed(0)
    sizes = {f"{place}_{kind}_channels": CHANNELS
             for place in ("in", "hidden", "out") for kind in ("v", "s")}  # fmt: skip
    theirs = lgatr.LGATrSlim(num_blocks=2, num_heads=2, **sizes).double()
    ours = LorentzGraph(layers=2, channels=CHANNELS, bells=4, hidden=8).double()

    def transformer(p4, features, mask):
        vectors, scalars = theirs(features.vectors, features.scalars, attn_mask=mask[:, None, None])
        return Irreps(scalars, vectors).masked(mask)

    return {"lgatr": transformer, "ours": ours}


def features(p4, mask):
    """Return the momenta and that of the jet as vectors, and ones as scalars."""
    jet = p4.sum(1, keepdim=True).expand_as(p4)
    vectors = torch.stack([p4, jet] * (CHANNELS // 2), 2)
    return Irreps(p4.new_ones(*mask.shape, CHANNELS), vectors).masked(mask)


def found(network, jets, matrix):
    p4, mask = jets

    def function(p4):
        return network(p4, features(p4, mask), mask)

    return deviation(function, p4, matrix)


@pytest.mark.parametrize("name", ["lgatr", "ours"])
@pytest.mark.parametrize("frame", FRAMES)
def test_both_commute_with_our_transformations(name, frame, networks, jets):
    matrix, largest, median = FRAMES[frame]
    deviations = found(networks[name], jets, matrix)
    for values in (deviations.scalars, deviations.vectors):
        assert values.max() < largest
        assert values.median() < median


@pytest.mark.parametrize("name", ["lgatr", "ours"])
def test_neither_commutes_with_a_matrix_outside_the_group(name, networks, jets):
    # a boost that forgets what time is
    matrix = boost(1.5, DIRECTION)
    matrix[0] = torch.tensor([1.0, 0.0, 0.0, 0.0])
    deviations = found(networks[name], jets, matrix)
    assert deviations.scalars.median() > 1e-3
    assert deviations.vectors.median() > 1e-3
