"""Small taggers and jets that their tests share."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.models.topodnn import TopoDNN

SLOTS = 12
BUILDERS = {
    "pfn": partial(PFN, phi=(16, 8), f=(16,), constituents=SLOTS),
    "pfin-sum": partial(PFIN, phi=(16, 8), hidden=16, f=(16,), constituents=SLOTS),
    "pfin-cat": partial(
        PFIN, phi=(16, 8), hidden=16, f=(16,), combination="cat", constituents=SLOTS
    ),
    "topodnn": partial(TopoDNN, hidden=(16, 8), constituents=SLOTS),
}


def jets(count: int, dtype: torch.dtype = torch.float64, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return jets of 1 to `SLOTS` massless constituents around one direction, hardest first."""
    generator = torch.Generator().manual_seed(seed)
    draw = partial(torch.rand, count, SLOTS, generator=generator, dtype=torch.float64)
    pt = (1 + 100 * draw() ** 2).sort(1, descending=True).values
    eta, phi = 0.8 * draw() + 0.5, 0.8 * draw() + 2.8
    p4 = torch.stack([pt * eta.cosh(), pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()], -1)
    filled = torch.randint(1, SLOTS + 1, (count, 1), generator=generator)
    mask = torch.arange(SLOTS) < filled
    return (p4 * mask.unsqueeze(-1)).to(dtype), mask


def tagger(name: str, dtype: torch.dtype = torch.float64) -> Tagger:
    """Return an untrained tagger with standardised inputs, in evaluation mode."""
    torch.manual_seed(1)
    model = BUILDERS[name]().to(dtype)
    model.standardise(*jets(200, dtype, seed=5))
    return model.eval()
