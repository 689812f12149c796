from __future__ import annotations

import pytest
import torch
from torch import Tensor

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import boost, rotation
from tests.jets import draw_jets

CHANNELS, PLACES = 3, 12


@pytest.fixture
def jets() -> tuple[Tensor, Tensor]:
    """Twenty jets of up to twelve particles, in units of 10 GeV, float64."""
    p4, mask = draw_jets(20, PLACES)
    return p4 / 10.0, mask


@pytest.fixture
def features(jets: tuple[Tensor, Tensor]) -> Irreps:
    """Three scalars, and three vectors that are multiples of the momentum, a particle."""
    p4, mask = jets
    generator = torch.Generator().manual_seed(1)
    shape = (*mask.shape, CHANNELS)
    scalars = torch.randn(shape, generator=generator, dtype=torch.float64)
    factors = torch.randn(shape, generator=generator, dtype=torch.float64)
    jet = p4.sum(1, keepdim=True).unsqueeze(2) / PLACES
    return Irreps(scalars, factors.unsqueeze(-1) * p4.unsqueeze(2) + jet).masked(mask)


@pytest.fixture(params=["rotation", "boost 3", "boost 10"])
def frame(request: pytest.FixtureRequest) -> Tensor:
    """Matrices of other frames, ``(4, 4)``."""
    return {
        "rotation": rotation(2.0, (1.0, -2.0, 0.5)),
        "boost 3": boost(3.0, (0.3, 0.4, -1.0)),
        "boost 10": boost(10.0, (-1.0, 0.2, 0.5)),
    }[request.param]
