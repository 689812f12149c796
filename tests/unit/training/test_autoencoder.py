from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.models.reconstruction import ReconstructionError
from coffea_lcf.training.autoencoder import train_autoencoder, unlabelled
from coffea_lcf.training.network_recipe import NetworkRecipe
from tests.jets import draw_jets

RECIPE = NetworkRecipe(learning_rate=5e-3, batch_size=32, epochs=6, schedule="constant")
ONE_BATCH = NetworkRecipe(learning_rate=5e-3, batch_size=1000, epochs=3)


def autoencoder():
    settings = LGAESettings(slots=8, channels=4, encoder_layers=1, decoder_layers=1)
    return LorentzAutoencoder(settings)


def cloud(count, seed=0, dtype=torch.float32):
    return ParticleCloud(*(one.numpy() for one in draw_jets(count, 8, seed=seed, dtype=dtype)))


def mean_error(model, jets):
    with torch.no_grad():
        return float(ReconstructionError().over_mass(*model(jets.p4, jets.mask)).mean())


def trained(jets, held_out=None):
    """Return the parameters after training on all jets at once, and the history."""
    model = autoencoder().to(jets.p4.dtype)
    history = train_autoencoder(model, jets, ONE_BATCH, held_out=held_out)
    return torch.cat([one.detach().flatten() for one in model.parameters()]), history


@pytest.fixture(scope="module")
def jets():
    return unlabelled(cloud(128))


def test_training_lowers_the_mean_loss(jets):
    model = autoencoder()
    history = train_autoencoder(model, jets, RECIPE)
    assert history.loss[-1] < 0.8 * history.loss[0]
    assert mean_error(model, jets) == pytest.approx(history.loss[-1], rel=0.3)


def test_the_epoch_of_the_lowest_held_out_loss_is_kept(jets):
    model = autoencoder()
    held_out = unlabelled(cloud(64, seed=1))
    history = train_autoencoder(model, jets, RECIPE, held_out=held_out)
    assert mean_error(model, held_out) == pytest.approx(min(history.held_out), rel=1e-5)


def test_another_loss_can_be_minimised(jets):
    def constant(target, decoded):
        return 3.0 + 0.0 * decoded.sum((1, 2))

    assert train_autoencoder(autoencoder(), jets, RECIPE, loss=constant).loss == (3.0,) * 6


def test_weights_have_mean_one():
    assert unlabelled(cloud(2), [3.0, 1.0]).weight.tolist() == [1.5, 0.5]
    assert unlabelled(cloud(2)).weight.tolist() == [1.0, 1.0]


def test_a_jet_of_double_weight_is_as_good_as_two():
    once, rows = cloud(20, dtype=torch.float64), np.arange(20)
    double = unlabelled(once, np.where(rows < 5, 2.0, 1.0))
    twice = unlabelled(once.select(np.concatenate([rows, rows[:5]])))
    plain, _ = trained(unlabelled(once))
    found, history = trained(double, held_out=double)
    expected, same = trained(twice, held_out=twice)
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-9)
    assert history.loss == pytest.approx(same.loss, rel=1e-9)
    assert history.held_out == pytest.approx(same.held_out, rel=1e-9)
    assert (plain - expected).abs().max() > 1e-3


def test_a_jet_without_weight_has_no_influence():
    once, weight = cloud(20), np.ones(20)
    once.p4[3], weight[3] = np.inf, 0.0
    found, _ = trained(unlabelled(once, weight))
    expected, _ = trained(unlabelled(once.select(weight > 0)))
    assert torch.equal(found, expected)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0, -2.0], "the sum of weights of the 2 jets is -1, and must be positive"),
        ([0.0, 0.0], "the sum of weights of the 2 jets is 0, and must be positive"),
        ([1.0, np.nan], "the sum of weights of the 2 jets is nan, and must be positive"),
        ([1.0], "2 jets, 1 weights"),
    ],
)
def test_weights_that_cannot_be_used(weight, message):
    with pytest.raises(FitError, match=message):
        unlabelled(cloud(2), weight)
