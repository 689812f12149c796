from __future__ import annotations

import pytest
import torch
from torch import nn

from coffea_lcf.baselines.network import NetworkScorer, perceptron
from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.features import features, in_parts, of_scorer, with_features
from tests.unit.models.taggers import BUILDERS, SLOTS, jets, tagger

SHAPES = {
    "pfn": [(5, SLOTS, 3)],
    "pfin-sum": [(5, SLOTS, 3), (5, SLOTS * (SLOTS - 1) // 2, 4)],
    "pfin-cat": [(5, SLOTS, 3), (5, SLOTS * (SLOTS - 1) // 2, 4)],
    "topodnn": [(5, 3 * SLOTS)],
}


@pytest.mark.parametrize("name", BUILDERS)
def test_a_model_with_its_own_features_is_the_model(name):
    model, inputs = tagger(name), jets(5)
    values = features(model, *inputs)
    assert [tuple(value.shape) for value in values] == SHAPES[name]
    assert torch.equal(with_features(model, values, *inputs), model(*inputs))
    assert not torch.equal(with_features(model, [2 * value for value in values], *inputs),
                           model(*inputs))  # fmt: skip


def test_a_scorer_as_a_module_gives_its_log_odds():
    network = perceptron(2, (4,), seed=1)
    scorer = NetworkScorer(network, ("a", "b"), torch.tensor([1.0, 2.0]), torch.tensor([0.5, 4.0]))
    x = torch.tensor([[1.0, 2.0], [1.5, -2.0]])
    model = of_scorer(scorer)
    (values,) = features(model, x)
    assert torch.equal(values, torch.tensor([[0.0, 0.0], [1.0, -1.0]]))
    assert torch.equal(model(x), network(values).squeeze(-1))


def test_a_network_that_standardises_nothing_is_refused():
    with pytest.raises(ConfigError, match="Sequential has no Standardise layer"):
        features(nn.Sequential(nn.Linear(2, 1)), torch.zeros(3, 2))


def test_parts_are_all_of_the_jets():
    parts = list(in_parts((torch.arange(5), torch.arange(5) * 2), 2))
    assert [len(first) for first, _ in parts] == [2, 2, 1]
    assert torch.equal(torch.cat([second for _, second in parts]), torch.arange(5) * 2)
