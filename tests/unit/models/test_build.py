from __future__ import annotations

import pytest
import torch

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.build import new_multibody, new_network
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.models.pfin import PFIN

SMALL = {
    "pfn": {"phi": [4, 3], "f": [5]},
    "pfin": {"phi": [4, 3], "hidden": 6, "f": [5], "combination": "cat"},
    "topodnn": {"hidden": [7], "constituents": 5},
    "lgae": {"slots": 6, "channels": 2, "unit": 5},
}
EVERY = pytest.mark.parametrize("name", SMALL)


def parameters(name: str, seed: int) -> torch.Tensor:
    model = new_network(name, SMALL[name], seed)
    return torch.cat([one.detach().flatten() for one in model.parameters()])


@EVERY
def test_the_seed_decides_the_start(name: str) -> None:
    assert torch.equal(parameters(name, 1), parameters(name, 1))
    assert not torch.equal(parameters(name, 1), parameters(name, 2))


@EVERY
def test_hyperparameters_are_those_given(name: str) -> None:
    found = new_network(name, SMALL[name]).hyperparameters
    assert {key: found[key] for key in SMALL[name]} == SMALL[name]


def test_the_state_of_torch_is_left_as_it_was() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    new_network("pfn", SMALL["pfn"], seed=1)
    assert torch.equal(torch.rand(1), expected)


def test_kinds() -> None:
    assert isinstance(new_network("pfin"), PFIN)
    assert isinstance(new_network("lgae", {"score": "error over mass"}), LGAEScore)


def test_a_network_on_observables_knows_their_names() -> None:
    first, again, other = (new_multibody(["a", "b"], {"hidden": [4]}, seed) for seed in (1, 1, 2))
    assert first.observables == ("a", "b")
    assert first.hyperparameters["hidden"] == [4]
    assert torch.equal(first.layers[0].weight, again.layers[0].weight)
    assert not torch.equal(first.layers[0].weight, other.layers[0].weight)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"hiden": [3]}, r"multibody has no hyperparameter 'hiden'\n  nearest  hidden"),
        ({"hidden": 3}, r"hidden of multibody: 3 is not like its default \[200, 200, 50, 50\]"),
        ({"observables": ["c"]}, "multibody has no hyperparameter 'observables'"),
        ({"dropout": [1.5]}, "no network 'multibody': dropout probability"),
    ],
)
def test_what_makes_no_network_on_observables(given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        new_multibody(["a", "b"], given)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("pfim", {}, r"there is no architecture 'pfim'\n  nearest  pfin"),
        ("pfin", {"hiden": 3}, r"pfin has no hyperparameter 'hiden'\n  nearest  hidden"),
        ("lgae", {"latent_vector": 3}, r"no hyperparameter 'latent_vector'\n  nearest  latent_vec"),
        ("pfin", {"hidden": 0}, r"hidden of pfin: 0 is not like its default 128"),
        ("pfin", {"hidden": 1.5}, r"hidden of pfin: 1\.5 is not like its default 128"),
        ("pfin", {"hidden": True}, r"hidden of pfin: True is not like"),
        ("pfn", {"phi": 100}, r"phi of pfn: 100 is not like its default \[100, 100, 256\]"),
        ("pfn", {"phi": []}, r"phi of pfn: \[\] is not like"),
        ("pfin", {"combination": "product"}, r"no network 'pfin': combination 'product'"),
        ("lgae", {"unit": -1.0}, r"no network 'lgae': unit = -1\.0 is not a positive number"),
    ],
)
def test_what_makes_no_network(name: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        new_network(name, given)
