from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.models.build import new_network
from coffea_lcf.training.autoencoder import train_autoencoder, unlabelled
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.on_jets import TrainingJets, train_on_jets
from coffea_lcf.training.tagger import labelled, train_tagger
from tests.jets import draw_jets

SMALL = {
    "pfn": {"phi": [8, 4], "f": [8], "constituents": 10},
    "lgae": {"slots": 6, "channels": 2, "encoder_layers": 1, "decoder_layers": 1},
}
RECIPE = NetworkRecipe(epochs=2, batch_size=20)
EVERY = pytest.mark.parametrize("name", SMALL)


@cache
def jets(count: int = 60) -> TrainingJets:
    """Return jets of two prongs and of one, in turn."""
    two, one = (draw_jets(count // 2, 10, prongs=prongs, dtype=torch.float32) for prongs in (2, 1))
    p4, mask = (torch.cat(pair).numpy() for pair in zip(two, one, strict=True))
    label = np.repeat([True, False], count // 2)
    return TrainingJets(ParticleCloud(p4, mask), label, np.linspace(0.5, 1.5, count))


def parameters(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([one.detach().flatten() for one in model.parameters()])


def test_the_share_for_validation_is_of_both_labels() -> None:
    learned, unseen = jets().split(0.2, seed=4)
    assert unseen is not None
    assert (len(learned), len(unseen)) == (48, 12)
    assert (learned.label.sum(), unseen.label.sum()) == (24, 6)
    assert not set(learned.weight) & set(unseen.weight)


def test_no_share_and_a_share_of_nothing() -> None:
    assert jets().split(0.0, seed=1) == (jets(), None)
    few = jets().select(np.arange(60) < 3)
    learned, unseen = few.split(0.1, seed=1)
    assert (len(learned), unseen) == (3, None)


def test_the_leading_constituents() -> None:
    few = jets().leading(3)
    assert few.cloud.p4.shape == (60, 3, 4)
    np.testing.assert_array_equal(few.cloud.mask, jets().cloud.mask[:, :3])
    assert few.label is jets().label


def test_a_tagger_is_trained_as_a_tagger() -> None:
    learned, unseen = jets().split(0.2, seed=4)
    assert unseen is not None
    found, expected = (new_network("pfn", SMALL["pfn"], seed=1) for _ in range(2))
    history = train_on_jets(found, learned, unseen, RECIPE, seed=7)
    training, held_out = (labelled(one.cloud, one.label, one.weight) for one in (learned, unseen))
    assert history == train_tagger(expected, training, RECIPE, held_out=held_out, seed=7)
    assert torch.equal(parameters(found), parameters(expected))


def test_an_autoencoder_is_trained_as_an_autoencoder() -> None:
    learned, unseen = jets().split(0.2, seed=4)
    assert unseen is not None
    found, expected = (new_network("lgae", SMALL["lgae"], seed=1) for _ in range(2))
    history = train_on_jets(found, learned, unseen, RECIPE, seed=7)
    training, held_out = (unlabelled(one.cloud, one.weight) for one in (learned, unseen))
    assert history == train_autoencoder(
        expected.autoencoder, training, RECIPE, held_out=held_out, seed=7
    )
    assert torch.equal(parameters(found), parameters(expected))


@EVERY
def test_an_interrupted_training_goes_on(name: str, tmp_path: Path) -> None:
    whole, broken, going_on = (new_network(name, SMALL[name], seed=1) for _ in range(3))
    expected = train_on_jets(whole, jets(), None, RECIPE)

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    checkpoint = tmp_path / "training.pt"
    with pytest.raises(KeyboardInterrupt):
        train_on_jets(broken, jets(), None, RECIPE, checkpoint=checkpoint, progress=interrupt)
    assert train_on_jets(going_on, jets(), None, RECIPE, checkpoint=checkpoint) == expected
    assert torch.equal(parameters(going_on), parameters(whole))


@EVERY
def test_no_jets(name: str) -> None:
    nothing = jets().select(np.zeros(60, dtype=bool))
    with pytest.raises(FitError, match="no jet with constituents to train on"):
        train_on_jets(new_network(name, SMALL[name]), nothing, None, RECIPE)
