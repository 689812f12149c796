from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.activation import LayerActivity, activation_pattern
from coffea_lcf.explain.network.shrinking import shrink, shrink_and_retrain
from coffea_lcf.models.file import load_model, save_model
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.nn.mlp import mlp
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.tagger import LabelledJets
from tests.unit.explain.network.jets import labelled_jets
from tests.unit.models.taggers import tagger


@torch.no_grad()
def _kill(layer: nn.Linear, nodes: list[int]) -> None:
    layer.weight[nodes], layer.bias[nodes] = 0.0, -1.0


def test_without_dead_nodes_a_pfn_is_exactly_the_same_and_smaller():
    model, jets = tagger("pfn"), labelled_jets(60)
    _kill(model.phi[0], [0, 3, 15])
    _kill(model.phi[2], [7])
    _kill(model.f[0], [2, 5])
    smaller = shrink(model, activation_pattern(model, jets), threshold=1e-12)
    widths = smaller.hyperparameters
    assert widths["phi"][0] <= 13
    assert widths["phi"][1] <= 7
    assert widths["f"][0] <= 14
    assert [smaller.phi[0].out_features, smaller.phi[2].out_features] == widths["phi"]
    torch.testing.assert_close(smaller(*jets.inputs), model(*jets.inputs), rtol=0, atol=1e-12)


def test_the_original_is_untouched_and_the_copy_trains():
    model, jets = tagger("pfn"), labelled_jets(60)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    recipe = NetworkRecipe(epochs=2, batch_size=20)
    smaller, history = shrink_and_retrain(model, jets, recipe, threshold=0.5, held_out=jets)
    assert len(history.held_out) == 2
    assert smaller.phi[0].out_features < 16
    assert model.hyperparameters["phi"] == [16, 8]
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_a_smaller_tagger_is_written_and_read(tmp_path):
    model, jets = tagger("pfn"), labelled_jets(60)
    smaller = shrink(model, activation_pattern(model, jets), threshold=0.5)
    save_model(tmp_path / "small.pt", smaller)
    read = load_model(tmp_path / "small.pt").double()
    torch.testing.assert_close(read(*jets.inputs), smaller(*jets.inputs))


def test_layers_with_dropout_and_plain_sequences_shrink_too():
    torch.manual_seed(0)
    x = torch.randn(200, 3)
    jets = LabelledJets((x,), (x[:, 0] > 0).float(), torch.ones(200))
    body = MultiBody(["a", "b", "c"], hidden=(20, 10), dropout=(0.5,)).eval()
    body.standardise(x)
    smaller = shrink(body, activation_pattern(body, jets))
    assert (
        smaller.hyperparameters["hidden"]
        == [layer.out_features for layer in smaller.layers if isinstance(layer, nn.Linear)][:-1]
    )
    assert isinstance(smaller.layers[2], nn.Dropout)
    plain = mlp([3, 20, 1])
    _kill(plain[0], [4])
    same = shrink(plain, activation_pattern(plain, jets), threshold=1e-9)
    assert same[0].out_features < 20
    torch.testing.assert_close(same(x), plain(x))


def test_the_busiest_node_stays_in_any_case():
    model = mlp([1, 3, 1])
    silent = LayerActivity("0", np.zeros(3), np.zeros(3))
    busy = LayerActivity("0", np.array([0.1, 1.0, 0.1]), np.array([0.0, 0.0, 0.9]))
    assert shrink(model, (silent,))[0].out_features == 1
    assert shrink(model, (busy,), threshold=1.0)[0].out_features == 1
    assert torch.equal(shrink(model, (busy,))[0].weight, model[0].weight[1:])


@pytest.mark.parametrize("name", ["pfin-sum", "pfin-cat"])
def test_without_dead_nodes_a_pfin_is_exactly_the_same_and_smaller(name, tmp_path):
    model, jets = tagger(name), labelled_jets(60)
    for layer in (model.i1[0], model.i1[2], model.i2[0], model.i2[2]):
        _kill(layer, [3, 9])
    for layer in (model.phi[2], model.i1[4], model.i2[4]):
        _kill(layer, [5])
    _kill(model.phi[0], [0, 1])
    _kill(model.f[0], [2])
    smaller = shrink(model, activation_pattern(model, jets), threshold=1e-12)
    widths = smaller.hyperparameters
    assert widths["hidden"] <= 14
    assert widths["phi"][0] <= 14
    assert widths["phi"][1] <= 7
    assert widths["f"][0] <= 15
    torch.testing.assert_close(smaller(*jets.inputs), model(*jets.inputs), rtol=0, atol=1e-12)
    save_model(tmp_path / "small.pt", smaller)
    read = load_model(tmp_path / "small.pt").double()
    torch.testing.assert_close(read(*jets.inputs), smaller(*jets.inputs))


def test_added_latent_nodes_work_if_either_part_does():
    model, jets = tagger("pfin-sum"), labelled_jets(60)
    _kill(model.phi[2], [1])
    _kill(model.i2[4], [6])
    smaller = shrink(model, activation_pattern(model, jets), threshold=1e-12)
    torch.testing.assert_close(smaller(*jets.inputs), model(*jets.inputs), rtol=0, atol=1e-12)


def test_what_cannot_be_shrunk_is_refused():
    jets = labelled_jets(10)
    body = nn.ModuleList([mlp([1, 3, 1])])
    with pytest.raises(ConfigError, match="a ModuleList cannot be shrunk, only PFN"):
        shrink(body, (LayerActivity("0.0", np.ones(3), np.ones(3)),))
    pfn = tagger("pfn")
    with pytest.raises(ConfigError, match=r"phi\.0 has 16 nodes here, 0 there"):
        shrink(pfn, activation_pattern(pfn, jets)[1:])
    other = (LayerActivity("0", np.ones(4), np.ones(4)),)
    with pytest.raises(ConfigError, match="0 has 3 nodes here, 4 there"):
        shrink(mlp([1, 3, 1]), other)
