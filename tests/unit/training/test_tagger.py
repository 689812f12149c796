from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.pfn import PFN
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.tagger import labelled, train_tagger

RECIPE = NetworkRecipe(learning_rate=1e-2, batch_size=20, epochs=4)


def cloud(jets: int = 60, dtype=np.float32) -> ParticleCloud:
    rng = np.random.default_rng(1)
    pt = rng.uniform(1, 50, (jets, 3))
    # signal: wide jets
    eta, phi = rng.normal(0, 0.1, (2, jets, 3)) * (1 + 3 * (np.arange(jets) % 2)[:, None])
    return ParticleCloud.from_jagged(pt, eta, phi, size=4, dtype=dtype)


LABEL = np.arange(60) % 2 == 1


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_tagger_learns_in_its_own_precision(dtype):
    torch.manual_seed(0)
    model = PFN((8, 8), (8,)).to(dtype)
    jets = labelled(cloud(dtype=str(dtype).removeprefix("torch.")), LABEL)
    history = train_tagger(model, jets, RECIPE, held_out=jets)
    assert len(history.loss) == len(history.held_out) == 4
    assert history.held_out[-1] < history.held_out[0]
    assert not torch.equal(model.scaling.scale, torch.ones(3, dtype=dtype))


def test_observables_instead_of_constituents():
    torch.manual_seed(0)
    model = MultiBody(["a", "b"], hidden=(8,), dropout=())
    matrix = np.stack([LABEL + 0.0, np.arange(60.0)], 1)
    history = train_tagger(model, labelled(matrix, LABEL), RECIPE)
    assert history.loss[-1] < history.loss[0]
    assert history.held_out == ()


def test_scales_are_taken_from_jets_of_both_classes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("coffea_lcf.training.tagger.MEASURED", 10)
    model = MultiBody(["a"], hidden=(8,), dropout=())
    matrix = np.repeat([[1.0], [3.0]], 30, axis=0)
    train_tagger(model, labelled(matrix, matrix[:, 0] > 2), RECIPE)
    assert 1.0 < model.scaling.mean.item() < 3.0
    assert model.scaling.mean.item() * 10 == pytest.approx(round(model.scaling.mean.item() * 10))


def test_the_loss_is_weighted_with_mean_one():
    jets = labelled(cloud(2), [True, False], [6.0, 2.0])
    assert jets.weight.tolist() == [1.5, 0.5]

    def log_odds(p4, mask):
        return torch.ones(len(p4))

    expected = (1.5 * math.log1p(math.exp(-1)) + 0.5 * math.log1p(math.e)) / 2
    assert jets.loss(log_odds, torch.arange(2)).item() == pytest.approx(expected)


def test_the_order_of_the_rows_is_that_asked_for():
    jets = labelled(np.array([[1.0], [2.0]]), [True, False])
    seen = []

    def log_odds(values):
        seen.append(values.flatten().tolist())
        return values.flatten()

    jets.loss(log_odds, torch.tensor([1, 0]))
    assert seen == [[2.0, 1.0]]


@pytest.mark.parametrize(
    ("label", "weight", "message"),
    [
        (LABEL[:3], None, "60 jets, 3 labels, 3 weights"),
        (LABEL, [1.0], "60 jets, 60 labels, 1 weights"),
        (LABEL & False, None, "0 of 60 jets are signal: both are needed"),
        (LABEL | True, None, "60 of 60 jets are signal: both are needed"),
    ],
)
def test_jets_that_cannot_be_learned_from(label, weight, message):
    with pytest.raises(FitError, match=message):
        labelled(cloud(), label, weight)


def test_a_jet_without_constituents_is_named():
    jets = cloud()
    jets.mask[[7, 9]] = False
    with pytest.raises(FitError, match=r"2 of 60 jets have no .* is number 7\n  leave"):
        labelled(jets, LABEL)
    left = jets.usable()
    assert len(labelled(jets.select(left), LABEL[left])) == 58


def test_an_observable_that_is_no_number_is_named():
    with pytest.raises(FitError, match=r"1 of 2 jets .* the first is number 1"):
        labelled(np.array([[1.0], [np.nan]]), [True, False])
