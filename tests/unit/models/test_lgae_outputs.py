from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.build import new_network
from coffea_lcf.models.lgae.outputs import LGAEOutputs
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.models.lgae.transverse import spread, transverse_error
from coffea_lcf.nn.lorentz.transformations import boost, rotation, transform
from tests.jets import draw_jets

SMALL = {"slots": 8, "channels": 3, "latent_scalars": 2, "latent_vectors": 2}
NAMES = ("error", "error over mass", "transverse error", "scalar 0", "scalar 1", *(
    f"product {pair}" for pair in ("0 0", "0 1", "1 1")
))  # fmt: skip


def network(**changes: object) -> LGAEScore:
    model = new_network("lgae", {**SMALL, **changes}, seed=3).double()
    assert isinstance(model, LGAEScore)
    return model.eval()


@torch.no_grad()
def numbers(model: LGAEScore, p4: torch.Tensor, mask: torch.Tensor) -> dict[str, torch.Tensor]:
    found = LGAEOutputs(model)(p4, mask)
    assert found.shape == (len(p4), len(NAMES))
    return dict(zip(NAMES, found.unbind(1), strict=True))


def test_every_number_has_a_name_and_a_place() -> None:
    outputs = LGAEOutputs(network())
    assert outputs.names == NAMES
    assert [outputs.place(name) for name in NAMES] == list(range(len(NAMES)))


@pytest.mark.parametrize("score", ["error", "error over mass", "transverse error"])
def test_errors_are_those_of_the_score(score: str) -> None:
    jets = draw_jets(20, 12)
    with torch.no_grad():
        expected = network(score=score)(*jets)
    assert torch.equal(numbers(network(), *jets)[score], expected)


def test_products_are_those_of_the_latent_vectors() -> None:
    model, jets = network(), draw_jets(20, 12)
    found = numbers(model, *jets)
    with torch.no_grad():
        latent = model.autoencoder.encode(*jets)
    first, second = latent.vectors.unbind(1)
    torch.testing.assert_close(found["scalar 1"], latent.scalars[:, 1])
    metric = first.new_tensor([1.0, -1.0, -1.0, -1.0])
    torch.testing.assert_close(found["product 0 1"], (first * second * metric).sum(1))
    torch.testing.assert_close(found["product 1 1"], (second * second * metric).sum(1))


def test_all_numbers_but_one_are_the_same_in_all_frames() -> None:
    p4, mask = draw_jets(20, 12)
    moved = transform(boost(1.5, (1.0, 0.4, -2.0)) @ rotation(0.7, (0.3, -1.1, 0.7)), p4)
    found, expected = numbers(network(), moved, mask), numbers(network(), p4, mask)
    for name in set(NAMES) - {"transverse error"}:
        torch.testing.assert_close(found[name], expected[name], rtol=1e-8, atol=1e-8)
    # what it is about is the direction of flight, which a boost across it turns
    changes = (found["transverse error"] / expected["transverse error"] - 1.0).abs()
    assert changes.max() > 0.1


def test_the_transverse_error_stays_after_rotations_and_boosts_along_the_flight() -> None:
    p4, mask = draw_jets(1, 8, seed=5)
    flight = p4[0, :, 1:].sum(0).tolist()
    moved = transform(rotation(0.7, (0.3, -1.1, 0.7)) @ boost(3.0, flight), p4)
    found, expected = numbers(network(), moved, mask), numbers(network(), p4, mask)
    name = "transverse error"
    torch.testing.assert_close(found[name], expected[name], rtol=1e-8, atol=0.0)


def test_the_transverse_error_of_two_particles() -> None:
    # a jet of mass 6: at rest both have an energy of 3, and in flight 3 across it
    two = torch.tensor([[[5.0, 3.0, 4.0, 0.0], [5.0, -3.0, 4.0, 0.0]]], dtype=torch.float64)
    found = torch.cat([spread(two), transverse_error(two, torch.zeros_like(two))])
    expected = torch.tensor([0.5, 0.5 * math.sqrt(36.0)], dtype=torch.float64)
    torch.testing.assert_close(found, expected)


def test_another_number() -> None:
    with pytest.raises(ConfigError, match=r"no output 'product 0 2'\n  it has   error, .*scalar 1"):
        LGAEOutputs(network()).place("product 0 2")


def test_the_spread_across_the_flight_is_at_most_a_half() -> None:
    for prongs in (1, 2, 3):
        found = spread(draw_jets(200, 12, prongs=prongs, seed=prongs)[0])
        assert (found > 0.0).all()
        assert (found <= 0.5).all()
    one = torch.tensor([[[5.0, 3.0, 4.0, 0.0]]])
    assert float(spread(one)) == pytest.approx(0.0, abs=1e-12)
