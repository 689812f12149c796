from __future__ import annotations

import pytest
import torch
from torch import nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.models.topodnn import TopoDNN
from tests.unit.models.taggers import BUILDERS, SLOTS, jets, tagger

EVERY = pytest.mark.parametrize("name", BUILDERS)
TOLERANCES = pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)]
)


def parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("model", "published", "width"),
    [
        (PFN(), 82_458, 100),
        (PFN((100, 100, 64), (64, 100, 100)), 37_926, 100),
        (PFN((100, 64, 32), (64, 100, 100)), 27_858, 100),
        (PFIN(), 96_806, 100),
        (PFIN(combination="cat"), 100_902, 100),
        (MultiBody([f"x{i}" for i in range(22)]), 57_502, 50),
    ],
)
def test_the_published_widths(model, published, width):
    # two outputs there, whose difference is our log-odds
    assert parameters(model) == published - (width + 1)


def test_the_published_topodnn():
    assert parameters(TopoDNN()) == 59_323


@EVERY
@TOLERANCES
def test_order_and_place_of_the_constituents_do_not_matter(name, dtype, tolerance):
    model = tagger(name, dtype)
    p4, mask = jets(60, dtype)
    expected = model(p4, mask)
    generator = torch.Generator().manual_seed(3)
    # empty slots move too; the first of every jet is empty in the second round
    wide_p4 = torch.cat([torch.zeros_like(p4[:, :1]), p4], 1)
    wide_mask = torch.cat([torch.zeros_like(mask[:, :1]), mask], 1)
    torch.testing.assert_close(model(wide_p4, wide_mask), expected, rtol=0, atol=tolerance)
    for _ in range(3):
        order = torch.randperm(SLOTS + 1, generator=generator)
        shuffled = model(wide_p4[:, order], wide_mask[:, order])
        torch.testing.assert_close(shuffled, expected, rtol=0, atol=tolerance)


@EVERY
@TOLERANCES
def test_ten_more_empty_slots_change_nothing(name, dtype, tolerance):
    model = tagger(name, dtype)
    p4, mask = jets(60, dtype)
    garbage = torch.full((60, 10, 4), torch.nan, dtype=dtype)
    more = model(torch.cat([p4, garbage], 1), nn.functional.pad(mask, (0, 10)))
    torch.testing.assert_close(more, model(p4, mask), rtol=0, atol=tolerance)


@EVERY
def test_a_jet_scores_the_same_in_any_company(name):
    model = tagger(name)
    p4, mask = jets(20)
    alone = torch.cat([model(p4[i : i + 1], mask[i : i + 1]) for i in range(20)])
    torch.testing.assert_close(alone, model(p4, mask), rtol=0, atol=1e-12)


@EVERY
def test_a_turn_about_the_beam_changes_nothing(name):
    model = tagger(name)
    p4, mask = jets(20)
    cos, sin = torch.cos(torch.tensor(2.0).double()), torch.sin(torch.tensor(2.0).double())
    energy, px, py, pz = p4.unbind(-1)
    turned = torch.stack([energy, cos * px - sin * py, sin * px + cos * py, pz], -1)
    torch.testing.assert_close(model(turned, mask), model(p4, mask), rtol=0, atol=1e-10)


@EVERY
def test_one_log_odds_a_jet_and_finite_without_constituents(name):
    model = tagger(name, torch.float32)
    p4, mask = jets(5, torch.float32)
    mask[0] = False
    log_odds = model(p4, mask)
    assert log_odds.shape == (5,)
    assert log_odds.isfinite().all()
    assert model(p4[:0], mask[:0]).shape == (0,)


@EVERY
def test_the_jets_matter(name):
    model = tagger(name)
    assert model(*jets(20)).std() > 1e-3


@EVERY
def test_a_gradient_reaches_every_parameter(name):
    model = tagger(name)
    # untrained ReLU units can be dead for all jets, a whole layer can not
    model(*jets(100)).square().sum().backward()
    for parameter in model.parameters():
        assert parameter.grad is not None
        assert parameter.grad.abs().sum() > 0


@EVERY
def test_a_gradient_reaches_every_constituent(name):
    p4, mask = jets(10)
    p4.requires_grad_()
    tagger(name)(p4, mask).sum().backward()
    assert p4.grad.isfinite().all()
    assert not p4.grad[~mask].any()
    assert p4.grad[mask].any()


@EVERY
def test_the_scales_are_those_of_the_filled_slots(name):
    p4, mask = jets(50)
    narrow, wide = BUILDERS[name]().double(), BUILDERS[name]().double()
    narrow.standardise(p4, mask)
    wide.standardise(nn.functional.pad(p4, (0, 0, 0, 4)), nn.functional.pad(mask, (0, 4)))
    for (key, one), other in zip(narrow.named_buffers(), wide.buffers(), strict=True):
        torch.testing.assert_close(one, other, msg=key)
    scales = [one for key, one in narrow.named_buffers() if key.endswith("scale")]
    assert not any((scale == 1).all() for scale in scales)


def test_a_pfin_listens_to_its_pairs():
    model = tagger("pfin-sum")
    p4, mask = jets(10)
    with torch.no_grad():
        before = model(p4, mask)
        for layer in model.i1:
            if isinstance(layer, nn.Linear):
                layer.weight.zero_()
    assert not torch.allclose(model(p4, mask), before)


def test_a_combination_is_sum_or_cat():
    with pytest.raises(ConfigError, match="combination 'mean' is not one of sum, cat"):
        PFIN(combination="mean")  # type: ignore[arg-type]


def test_the_jet_of_a_topodnn_is_turned():
    model = tagger("topodnn")
    pt, eta, phi = model.inputs(*jets(40)).unflatten(1, (SLOTS, 3)).unbind(-1)
    assert (pt.diff(dim=1) <= 0).all()
    assert not eta[:, :2].any()
    assert not phi[:, 0].any()
    assert (phi[:, 1] <= 0).all()
    assert ((pt * eta).sum(1) >= 0).all()


def test_a_topodnn_reads_its_hardest_constituents_alone():
    model = TopoDNN((8,), constituents=3).double().eval()
    p4, mask = jets(20)
    torch.testing.assert_close(model(p4, mask), model(p4[:, :3], mask[:, :3]), rtol=0, atol=1e-3)
    ordered = model.inputs(p4, mask).unflatten(1, (3, 3))
    assert ordered.shape == (20, 3, 3)


def test_multibody_takes_columns():
    model = MultiBody(["mass", "tau21"], hidden=(8, 8), dropout=(0.5,))
    columns = torch.rand(30, 2)
    model.standardise(columns)
    model.eval()
    assert model(columns).shape == (30,)
    assert torch.equal(model(columns), model(columns))
    model.train()
    assert not torch.equal(model(columns), model(columns))
