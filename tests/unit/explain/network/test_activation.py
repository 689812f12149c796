from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.activation import LayerActivity, activation_pattern, sparsity
from coffea_lcf.nn.mlp import mlp
from coffea_lcf.training.tagger import LabelledJets
from tests.unit.explain.network.jets import labelled_jets
from tests.unit.models.taggers import BUILDERS, SLOTS, tagger


def _layer(weight: list[list[float]]) -> nn.Linear:
    layer = nn.Linear(len(weight[0]), len(weight), bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight))
    return layer


def _jets(x: list[list[float]], label: list[float], weight: list[float]) -> LabelledJets:
    return LabelledJets((torch.tensor(x),), torch.tensor(label), torch.tensor(weight))


def test_activity_by_hand():
    model = nn.Sequential(_layer([[1.0], [0.5], [-1.0]]), nn.ReLU(), nn.Linear(3, 1))
    jets = _jets([[2.0], [4.0], [-1.0], [3.0]], [1, 1, 0, 0], [1.0, 2.0, 1.0, 0.5])
    (layer,) = activation_pattern(model, jets)
    assert layer.name == "0"
    # signal sums 10, 5, 0; background 1.5, 0.75, 1
    np.testing.assert_allclose(layer.signal, [1.0, 0.5, 0.0])
    np.testing.assert_allclose(layer.background, [1.0, 0.5, 2 / 3])
    assert layer.sparsity(0.6) == pytest.approx(1 / 3)
    np.testing.assert_allclose(layer.busiest, [1.0, 0.5, 2 / 3])


@pytest.mark.parametrize("name", BUILDERS)
def test_every_hidden_layer_of_every_tagger_is_there(name):
    model, jets = tagger(name), labelled_jets(30)
    found = {layer.name: len(layer.signal) for layer in activation_pattern(model, jets)}
    hidden = {
        name: layer.out_features
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Linear) and layer.out_features > 1
    }
    assert found == hidden


@pytest.mark.parametrize("name", ["pfn", "pfin-sum"])
def test_empty_slots_do_not_count(name):
    model, jets = tagger(name), labelled_jets(30)
    p4, mask = jets.inputs
    more = (nn.functional.pad(p4, (0, 0, 0, 3)), nn.functional.pad(mask, (0, 3)))
    for one, other in zip(
        activation_pattern(model, jets),
        activation_pattern(model, LabelledJets(more, jets.label, jets.weight)),
        strict=True,
    ):
        np.testing.assert_allclose(one.signal, other.signal, rtol=1e-10)
        np.testing.assert_allclose(one.background, other.background, rtol=1e-10)


def test_the_first_layer_of_a_pfn_counts_constituents():
    model, jets = tagger("pfn"), labelled_jets(20)
    p4, mask = jets.inputs
    seen = []
    hook = model.phi[1].register_forward_hook(lambda *call: seen.append(call[2]))
    model(p4, mask)
    hook.remove()
    assert seen[0].shape[1] == SLOTS
    sums = seen[0][mask & (jets.label > 0)[:, None]].sum(0).detach().numpy()
    first = activation_pattern(model, jets)[0]
    np.testing.assert_allclose(first.signal, sums / sums.max())


def test_sparsity_is_of_all_nodes():
    layers = (
        LayerActivity("a", np.array([1.0, 0.1]), np.array([1.0, 0.3])),
        LayerActivity("b", np.array([1.0, 0.1]), np.array([1.0, 0.1])),
    )
    assert sparsity(layers) == 0.25
    assert sparsity(layers, 0.05) == 0.0


def test_a_silent_layer_is_all_zero():
    model = nn.Sequential(_layer([[0.0], [0.0]]), nn.ReLU(), nn.Linear(2, 1))
    (layer,) = activation_pattern(model, _jets([[1.0], [1.0]], [1, 0], [1.0, 1.0]))
    assert (layer.busiest == 0).all()


def test_a_network_without_hidden_layers_is_refused():
    with pytest.raises(ConfigError, match="Sequential has no linear layer"):
        activation_pattern(mlp([1, 1]), _jets([[1.0], [1.0]], [1, 0], [1.0, 1.0]))


def test_the_network_stays_as_it_was():
    model, jets = tagger("pfin-sum"), labelled_jets(10)
    model.train()
    before = model(*jets.inputs).detach()
    activation_pattern(model, jets)
    assert all(layer.training and not layer._forward_hooks for layer in model.modules())
    assert torch.equal(model(*jets.inputs), before)
