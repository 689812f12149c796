from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.explain.network.constituents import (
    all_of_both,
    by_pt,
    constituent_importance,
    only_the_pair,
    pair_importance,
)
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.nn.pairwise import pair_numbers
from coffea_lcf.training.tagger import LabelledJets
from tests.unit.explain.network.jets import labelled_jets
from tests.unit.models.taggers import SLOTS, tagger


class _Hardest(Tagger):
    """Scores a jet by the pt of its first constituent, as if nothing else was there."""

    def forward(self, p4: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return torch.where(mask[:, 0], p4[:, 0, 1], 1.0)


def test_only_what_is_looked_at_is_missed():
    random = torch.Generator().manual_seed(1)
    pt = torch.rand(100, 3, generator=random).sort(1, descending=True).values + 1.0
    p4 = torch.stack([pt, pt, 0 * pt, 0 * pt], -1)
    label = (torch.arange(100) % 2 == 0).float()
    p4[:, 0] *= 1 + 9 * label[:, None]
    jets = LabelledJets((p4, torch.ones(100, 3, dtype=torch.bool)), label, torch.ones(100))
    rows = constituent_importance(_Hardest(), jets)
    assert list(rows) == [(0,), (1,), (2,)]
    assert rows[(0,)].auc == pytest.approx(0.5)
    assert rows[(0,)].signal > 0.8
    assert (rows[(1,)].auc, rows[(1,)].signal, rows[(2,)].background) == (0.0, 0.0, 0.0)


def test_the_order_of_slots_does_not_matter():
    jets = labelled_jets(80)
    order = torch.from_numpy(np.random.default_rng(0).permutation(SLOTS))
    moved = LabelledJets(tuple(one[:, order] for one in jets.inputs), jets.label, jets.weight)
    model = tagger("pfin-sum")
    for one, other in (
        (constituent_importance(model, jets, 3), constituent_importance(model, moved, 3)),
        (pair_importance(model, jets, 3), pair_importance(model, moved, 3)),
    ):
        for ranks, loss in one.items():
            assert loss.auc == pytest.approx(other[ranks].auc, abs=1e-9)
            assert loss.signal == pytest.approx(other[ranks].signal, rel=1e-6)


def test_sorted_jets_have_empty_slots_last():
    p4, mask = by_pt(labelled_jets(20)).inputs
    pt = p4[..., 1:3].norm(dim=-1)
    assert ((pt[:, 1:] <= pt[:, :-1]) | ~mask[:, 1:]).all()
    assert (mask[:, 1:] <= mask[:, :-1]).all()


def test_a_jet_keeps_its_only_constituent():
    p4, mask = labelled_jets(20).inputs
    mask = mask & (torch.arange(SLOTS) == 0)
    jets = LabelledJets((p4, mask), (torch.arange(20) % 2 == 0).double(), torch.ones(20).double())
    assert constituent_importance(tagger("pfn"), jets, 1)[(0,)].auc == 0.0


def test_pairs_that_are_taken_by_hand():
    pairs = pair_numbers(4)  # 01 02 03 12 13 23
    assert only_the_pair(pairs, 1, 2).int().tolist() == [0, 0, 0, 1, 0, 0]
    assert all_of_both(pairs, 1, 2).int().tolist() == [1, 1, 0, 1, 1, 1]


def test_without_its_pairs_a_constituent_hears_nothing():
    """Taking all pairs of three constituents away is taking every embedding away."""
    model, jets = tagger("pfin-cat"), labelled_jets(40)
    p4, mask = (one[:, :3] for one in jets.inputs)
    three = LabelledJets((p4, mask), jets.label, jets.weight)
    found = pair_importance(model, three, 3, all_of_both)
    assert set(found) == {(0, 1), (0, 2), (1, 2)}
    assert len({(loss.auc, loss.signal, loss.background) for loss in found.values()}) == 1
    alone = pair_importance(model, three, 3, only_the_pair)
    assert alone[(0, 1)].signal < found[(0, 1)].signal


def test_the_network_stays_as_it_was():
    model, jets = tagger("pfin-sum"), labelled_jets(20)
    model.train()
    before = model(*jets.inputs).detach()
    pair_importance(model, jets, 2)
    constituent_importance(model, jets, 2)
    assert all(layer.training and not layer._forward_hooks for layer in model.modules())
    assert torch.equal(model(*jets.inputs), before)
