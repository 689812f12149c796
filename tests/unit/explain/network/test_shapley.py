from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.errors import MissingExtraError
from coffea_lcf.explain import captum
from coffea_lcf.explain.network.constituents import by_pt
from coffea_lcf.explain.network.shapley import ShapleySizes, constituent_shapley, shapley_sizes
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.training.tagger import LabelledJets
from tests.unit.explain.network.jets import labelled_jets
from tests.unit.models.taggers import SLOTS, tagger

needs_captum = pytest.mark.skipif(not captum.installed(), reason="captum is not installed")


class _Sum(Tagger):
    """Scores a jet by 3 plus or minus the sum of px."""

    def __init__(self, sign: float = 1.0) -> None:
        super().__init__()
        self.sign = sign

    def forward(self, p4: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return 3.0 + self.sign * (p4[..., 1] * mask).sum(1)


class _Product(Tagger):
    """Scores a jet by whether both of its first two slots are filled."""

    def forward(self, p4: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return (mask[:, 0] & mask[:, 1]).to(p4.dtype)


def jets_along_x(px: list[list[float]]) -> LabelledJets:
    """Return jets of constituents along x, empty slots where there is no px."""
    x = torch.tensor(px)
    label = (torch.arange(len(x)) % 2 == 0).float()
    p4 = torch.stack([x, x, 0 * x, 0 * x], -1)
    return LabelledJets((p4, x > 0), label, torch.ones(len(x)))


@needs_captum
def test_in_a_sum_each_constituent_adds_exactly_itself() -> None:
    jets = jets_along_x([[1.0, 4.0, 2.0, 0.5], [0.0, 8.0, 0.0, 0.0]])
    found = constituent_shapley(_Sum(), jets, leading=2, samples=3)
    # in falling pt; a rank that a jet does not have gets nothing at all
    assert {ranks: values.tolist() for ranks, values in found.items()} == {
        (0,): [4.0, 8.0],
        (1,): [2.0, 0.0],
    }


@needs_captum
def test_two_that_only_work_together_share() -> None:
    jets = jets_along_x([[4.0, 2.0, 1.0]] * 3)
    found = constituent_shapley(_Product(), jets, samples=400)
    assert found[(0,)][0] == pytest.approx(0.5, abs=0.1)
    assert found[(2,)].tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(found[(0,)] + found[(1,)], 1.0, rtol=1e-6)


@needs_captum
@pytest.mark.parametrize("name", ["pfn", "pfin-sum", "pfin-cat", "topodnn"])
@pytest.mark.parametrize("leading", [3, SLOTS])
def test_values_of_a_jet_sum_to_what_its_constituents_make(name: str, leading: int) -> None:
    model, jets = tagger(name), labelled_jets(65)
    p4, mask = by_pt(jets).inputs
    found = constituent_shapley(model, jets, leading, samples=2)
    with torch.no_grad():
        expected = model(p4, mask) - model(p4, mask & (torch.arange(SLOTS) >= leading))
    assert list(found) == [(rank,) for rank in range(leading)]
    # captum adds up in single precision
    np.testing.assert_allclose(sum(found.values()), expected.numpy(), rtol=1e-4, atol=1e-5)


@needs_captum
def test_empty_slots_have_nothing_and_the_order_of_slots_does_not_matter() -> None:
    model, jets = tagger("pfin-sum"), labelled_jets(40)
    order = torch.from_numpy(np.random.default_rng(0).permutation(SLOTS))
    moved = LabelledJets(tuple(one[:, order] for one in jets.inputs), jets.label, jets.weight)
    found, other = (constituent_shapley(model, one, SLOTS, samples=2) for one in (jets, moved))
    filled = by_pt(jets).inputs[1].numpy()
    for (rank,), values in found.items():
        np.testing.assert_allclose(values, other[(rank,)], rtol=1e-4, atol=1e-6)
        assert not values[~filled[:, rank]].any()


@needs_captum
def test_values_follow_their_seed_and_leave_network_and_random_state() -> None:
    model, jets = tagger("pfn"), labelled_jets(5)
    model.train()
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (constituent_shapley(model, jets, 3, 2, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(1), expected)
    assert model.training
    np.testing.assert_array_equal(first[(0,)], again[(0,)])
    assert not np.array_equal(first[(0,)], other[(0,)])


@needs_captum
def test_sizes_are_means_of_each_class_by_weight() -> None:
    jets = jets_along_x([[2.0, 1.0], [4.0, 0.0], [6.0, 3.0], [8.0, 5.0]])
    weighted = LabelledJets(jets.inputs, jets.label, torch.tensor([3.0, 1.0, 1.0, 1.0]))
    found = shapley_sizes(_Sum(sign=-1.0), weighted)
    assert found == ShapleySizes(4, {(0,): 3.0, (1,): 1.5}, {(0,): 6.0, (1,): 2.5})


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "captum.attr", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'coffea-lcf\[explain\]'"):
        constituent_shapley(tagger("pfn"), labelled_jets(4))
