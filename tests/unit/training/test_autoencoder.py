from __future__ import annotations

import pytest
import torch

from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.models.reconstruction import ReconstructionError
from coffea_lcf.training.autoencoder import train_autoencoder
from coffea_lcf.training.network_recipe import NetworkRecipe
from tests.jets import draw_jets

RECIPE = NetworkRecipe(learning_rate=5e-3, batch_size=32, epochs=6, schedule="constant")


def autoencoder():
    settings = LGAESettings(slots=8, channels=4, encoder_layers=1, decoder_layers=1)
    return LorentzAutoencoder(settings)


@pytest.fixture(scope="module")
def jets():
    return draw_jets(128, 8, dtype=torch.float32)


def test_training_lowers_the_mean_loss(jets):
    model = autoencoder()
    history = train_autoencoder(model, *jets, RECIPE)
    assert history.loss[-1] < 0.8 * history.loss[0]
    with torch.no_grad():
        reached = float(ReconstructionError().over_mass(*model(*jets)).mean())
    assert reached == pytest.approx(history.loss[-1], rel=0.3)


def test_the_epoch_of_the_lowest_held_out_loss_is_kept(jets):
    model = autoencoder()
    held_out = draw_jets(64, 8, seed=1, dtype=torch.float32)
    history = train_autoencoder(model, *jets, RECIPE, held_out=held_out)
    with torch.no_grad():
        loss = float(ReconstructionError().over_mass(*model(*held_out)).mean())
    assert loss == pytest.approx(min(history.held_out), rel=1e-5)


def test_another_loss_can_be_minimised(jets):
    def constant(target, decoded):
        return 3.0 + 0.0 * decoded.sum((1, 2))

    assert train_autoencoder(autoencoder(), *jets, RECIPE, loss=constant).loss == (3.0,) * 6
