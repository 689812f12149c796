from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.features import features
from coffea_lcf.explain.network.lrp import instrumented, lrp
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.nn.standardise import Standardise
from tests.unit.models.taggers import BUILDERS, jets, tagger


def _linear(weight: list[list[float]], bias: list[float]) -> nn.Linear:
    layer = nn.Linear(len(weight[0]), len(weight)).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def _network(*layers: nn.Module) -> nn.Module:
    inputs = layers[0].in_features
    return nn.Sequential(Standardise(inputs), *layers, nn.Flatten(0)).double()


def _total(parts: tuple[Tensor, ...]) -> Tensor:
    return sum(part.flatten(1).sum(1) for part in parts)


def test_rule_by_hand():
    model = _network(_linear([[2.0, -1.0]], [0.0]))
    x = torch.tensor([[3.0, 2.0]]).double()
    # contributions 6 and -2 of 4; with gamma 1 they count 12 and -2 of 10
    for gamma, expected in ((0.0, [6.0, -2.0]), (1.0, [4.8, -0.8])):
        (found,) = lrp(model, x, gamma=gamma)
        torch.testing.assert_close(found, torch.tensor([expected]).double())


def test_a_negative_output_strengthens_what_is_negative():
    model = _network(_linear([[2.0, -1.0]], [0.0]))
    (found,) = lrp(model, torch.tensor([[1.0, 4.0]]).double(), gamma=1.0)
    # contributions 2 and -4 of -2; counting 2 and -8 of -6
    torch.testing.assert_close(found, torch.tensor([[2.0, -8.0]]).double() / 3)


def test_a_bias_goes_to_the_inputs_by_the_size_of_what_they_give():
    model = _network(_linear([[1.0, -1.0]], [4.0]))
    (found,) = lrp(model, torch.tensor([[3.0, 1.0]]).double(), gamma=0.0)
    # contributions 3 and -1, and a bias of 4 in the ratio 3 to 1
    torch.testing.assert_close(found, torch.tensor([[6.0, 0.0]]).double())


@pytest.mark.parametrize("gamma", [0.0, 0.25, 2.0])
@pytest.mark.parametrize("name", BUILDERS)
def test_relevance_sums_to_the_log_odds_through_the_set_sum(name, gamma):
    """X1: conservation below 1e-10 in float64."""
    model, inputs = tagger(name), jets(200)
    torch.testing.assert_close(
        _total(lrp(model, *inputs, gamma=gamma)), model(*inputs), rtol=0, atol=1e-10
    )


@pytest.mark.parametrize("name", BUILDERS)
def test_the_instrumented_network_gives_the_same(name):
    model, inputs = tagger(name), jets(50)
    found = instrumented(model, features(model, *inputs), *inputs, gamma=0.25)
    torch.testing.assert_close(found, model(*inputs), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["pfn", "pfin-sum", "pfin-cat"])
def test_empty_slots_have_no_relevance(name):
    p4, mask = jets(50)
    particles = lrp(tagger(name), p4, mask)[0]
    assert (particles[~mask] == 0).all()
    assert (particles[mask] != 0).any()


def test_a_fixed_input_has_no_relevance_although_it_has_a_weight():
    """Pitfall: constants by symmetry, such as the direction of the hardest constituent."""
    torch.manual_seed(0)
    model = MultiBody(["a", "fixed", "b"], hidden=(8, 8), dropout=()).double()
    x = torch.randn(100, 3).double()
    x[:, 1] = 5.0
    model.standardise(x)
    (found,) = lrp(model, x)
    assert (found[:, 1] == 0).all()
    torch.testing.assert_close(found.sum(1), model(x), rtol=0, atol=1e-10)


def test_a_skewed_input_leads_only_where_it_is_not_standardised():
    """Pitfall: the mean of an input that never moves far is not its relevance."""
    torch.manual_seed(0)
    x = torch.stack([torch.randn(500) + 50.0, torch.randn(500)], 1).double()
    weight = _linear([[0.1, 1.0]], [0.0])
    raw = _network(weight)
    (skewed,) = lrp(raw, x)
    centred = MultiBody(["skewed", "other"], hidden=(), dropout=()).double()
    centred.standardise(x)
    with torch.no_grad():
        scale = centred.scaling.scale
        centred.layers[0].weight.copy_(weight.weight * scale)
        centred.layers[0].bias.copy_(weight.weight @ centred.scaling.mean + weight.bias)
    torch.testing.assert_close(centred(x), raw(x))
    (honest,) = lrp(centred, x)
    assert skewed.abs().mean(0)[0] > 2 * skewed.abs().mean(0)[1]
    assert honest.abs().mean(0)[0] < 0.3 * honest.abs().mean(0)[1]


def test_a_silent_layer_hands_nothing_down():
    model = _network(_linear([[1.0], [1.0]], [-9.0, -9.0]), nn.ReLU(), _linear([[1.0, 1.0]], [0.5]))
    (found,) = lrp(model, torch.ones(1, 1).double())
    assert found.item() == 0.0
    assert model(torch.ones(1, 1).double()).item() == 0.5


def test_what_it_cannot_go_through_is_named():
    with pytest.raises(ConfigError, match="through a LayerNorm"):
        lrp(_network(_linear([[1.0]], [0.0]), nn.LayerNorm(1)), torch.ones(1, 1).double())
    with pytest.raises(ConfigError, match=r"gamma = -1\.0"):
        lrp(_network(_linear([[1.0]], [0.0])), torch.ones(1, 1).double(), gamma=-1.0)
