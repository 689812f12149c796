from __future__ import annotations

import pytest
import torch

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.build import new_network
from coffea_lcf.models.lgae.outputs import LGAEOutput, outputs
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.nn.lorentz.transformations import boost, rotation, transform
from tests.jets import draw_jets

SMALL = {"slots": 8, "channels": 3, "latent_scalars": 2, "latent_vectors": 2}
NAMES = ("error", "error over mass", "scalar 0", "scalar 1", *(
    f"product {pair}" for pair in ("0 0", "0 1", "1 1")
))  # fmt: skip


def network(**changes: object) -> LGAEScore:
    model = new_network("lgae", {**SMALL, **changes}, seed=3).double()
    assert isinstance(model, LGAEScore)
    return model.eval()


def test_every_number_has_a_name() -> None:
    assert tuple(outputs(network())) == NAMES


@pytest.mark.parametrize("score", ["error", "error over mass"])
def test_errors_are_those_of_the_score(score: str) -> None:
    jets = draw_jets(20, 12)
    with torch.no_grad():
        found, expected = LGAEOutput(network(), score)(*jets), network(score=score)(*jets)
    assert torch.equal(found, expected)


def test_products_are_those_of_the_latent_vectors() -> None:
    model, jets = network(), draw_jets(20, 12)
    with torch.no_grad():
        latent = model.autoencoder.encode(*jets)
        found = {name: LGAEOutput(model, name)(*jets) for name in NAMES[2:]}
    first, second = latent.vectors.unbind(1)
    torch.testing.assert_close(found["scalar 1"], latent.scalars[:, 1])
    metric = first.new_tensor([1.0, -1.0, -1.0, -1.0])
    torch.testing.assert_close(found["product 0 1"], (first * second * metric).sum(1))
    torch.testing.assert_close(found["product 1 1"], (second * second * metric).sum(1))


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_the_same_in_all_frames(name: str) -> None:
    model, (p4, mask) = LGAEOutput(network(), name), draw_jets(20, 12)
    moved = transform(boost(1.5, (1.0, 0.4, -2.0)) @ rotation(0.7, (0.3, -1.1, 0.7)), p4)
    with torch.no_grad():
        torch.testing.assert_close(model(moved, mask), model(p4, mask), rtol=1e-8, atol=1e-8)


def test_another_number() -> None:
    with pytest.raises(ConfigError, match=r"no output 'product 0 2'\n  it has   error, .*scalar 1"):
        LGAEOutput(network(), "product 0 2")
