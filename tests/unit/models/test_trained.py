from __future__ import annotations

from copy import deepcopy
from functools import cache

import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn.functional import pad

from coffea_lcf.models.tagger import Tagger
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.tagger import LabelledJets, train_tagger
from tests.unit.models.taggers import BUILDERS, SLOTS

EVENTS, LEARNED = 1100, 800
EVERY = pytest.mark.parametrize("name", BUILDERS)


@cache
def prongs(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    """Return jets of two narrow prongs (label 1) or of one as wide as them, in any direction."""
    generator = torch.Generator().manual_seed(2)
    shape = (EVENTS, SLOTS)
    label = torch.arange(EVENTS) % 2
    narrow = 0.05 * torch.randn(2, *shape, generator=generator, dtype=torch.float64)
    wide = 0.3 * torch.randn(2, *shape, generator=generator, dtype=torch.float64)
    angle = 6.28 * torch.rand(EVENTS, 1, generator=generator, dtype=torch.float64)
    side = torch.randint(0, 2, shape, generator=generator) * 2 - 1
    prong = narrow + 0.4 * side * torch.stack([angle.cos(), angle.sin()])
    eta, phi = torch.where(label.unsqueeze(1) == 1, prong, wide)
    pt = 1 + 20 * torch.rand(shape, generator=generator, dtype=torch.float64)
    mask = torch.rand(shape, generator=generator) < 0.8
    mask[:, 3] = True
    p4 = torch.stack([pt * eta.cosh(), pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()], -1)
    return p4.to(dtype), mask, label.to(dtype)


@cache
def trained(name: str) -> Tagger:
    p4, mask, label = prongs()
    torch.manual_seed(0)
    model = BUILDERS[name]().double()
    jets = LabelledJets((p4[:LEARNED], mask[:LEARNED]), label[:LEARNED], torch.ones(LEARNED))
    train_tagger(model, jets, NetworkRecipe(1e-2, 50, 8))
    return model


@EVERY
def test_a_trained_tagger_tells_two_prongs_from_one(name):
    p4, mask, label = (column[LEARNED:] for column in prongs())
    log_odds = trained(name)(p4, mask).detach()
    assert roc_auc_score(label, log_odds) > 0.8


@pytest.mark.parametrize("name", ["pfn", "pfin-sum", "pfin-cat"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_a_trained_tagger_sees_no_order_and_no_empty_slots(name, dtype, tolerance):
    p4, mask, _ = (column[LEARNED:] for column in prongs(dtype))
    wide_p4, wide_mask = pad(p4, (0, 0, 1, 10)), pad(mask, (1, 10))
    order = torch.randperm(SLOTS + 11, generator=torch.Generator().manual_seed(7))
    model = deepcopy(trained(name)).to(dtype)
    with torch.no_grad():
        expected = model(p4, mask)
        difference = (model(wide_p4[:, order], wide_mask[:, order]) - expected).abs()
    # log-odds of a trained network are not of order one
    assert (difference / expected.abs().clamp_min(1.0)).max() < tolerance
