from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch

from coffea_lcf.errors import ConfigError
from coffea_lcf.inference import TaggerScorer
from coffea_lcf.models.file import load_model, save_model
from coffea_lcf.models.graph_autoencoder import GraphAutoencoder, GraphSettings
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.models.reconstruction import ReconstructionError, in_laboratory
from coffea_lcf.nn.lorentz.equivariance import deviation, relative_deviation
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import boost, rotation
from tests.jets import draw_jets

OVER_MASS = ReconstructionError().over_mass

POOLINGS = ("mix", "mean", "extremes")

FRAMES = {
    "rotation": (rotation(2.0, (1.0, -2.0, 0.5)), 1e-10, 1e-11),
    "gamma 3": (boost(3.0, (1.0, 0.5, -1.0)), 1e-9, 1e-11),
    "gamma 10": (boost(10.0, (1.0, 0.5, -1.0)), 5e-8, 1e-10),
}
"""Transformations with the largest and the median deviation that is allowed."""


def network(pooling="mix", **sizes):
    return LorentzAutoencoder(LGAESettings(pooling=pooling, slots=16, **sizes), seed=2).double()


@pytest.fixture(scope="module")
def jets():
    """Two hundred jets of two and three prongs, up to 20 constituents."""
    two, three = draw_jets(100, 20, prongs=2), draw_jets(100, 20, prongs=3, seed=1)
    return torch.cat([two[0], three[0]]), torch.cat([two[1], three[1]])


def within(found, largest, median):
    assert found.max() < largest
    assert found.median() < median


def decoded(model, mask):
    """Return the decoded momenta and the score of `model` as a function of the momenta."""

    def function(p4):
        seen, momenta = model(p4, mask)
        return Irreps(ReconstructionError()(seen, momenta).unsqueeze(-1), momenta)

    return function


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("frame", FRAMES)
def test_the_latent_space_transforms_by_its_irreps(pooling, frame, jets):
    matrix, largest, median = FRAMES[frame]
    p4, mask = jets
    model = network(pooling)
    found = deviation(lambda p4: model.encode(p4, mask), p4, matrix)
    within(found.scalars, largest, median)
    within(found.vectors, largest, median)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("frame", FRAMES)
def test_decoded_jets_are_covariant_and_their_score_is_invariant(pooling, frame, jets):
    matrix, largest, median = FRAMES[frame]
    p4, mask = jets
    found = deviation(decoded(network(pooling), mask), p4, matrix)
    within(found.vectors, largest, median)
    within(found.scalars, largest, median)


def test_at_gamma_100_the_median_jet_is_covariant_to_eight_digits(jets):
    p4, mask = jets
    found = deviation(decoded(network(), mask), p4, boost(100.0, (1.0, 0.5, -1.0)))
    assert found.vectors.median() < 1e-8


def test_the_score_in_the_laboratory_is_not_invariant(jets):
    p4, mask = jets
    model, error = network(), ReconstructionError(distance=in_laboratory)

    def score(p4):
        return Irreps(error(*model(p4, mask)).unsqueeze(-1), p4[:, :0])

    assert deviation(score, p4, boost(3.0, (1.0, 0.5, -1.0))).scalars.max() > 1.0


def test_the_graph_autoencoder_is_not_equivariant(jets):
    p4, mask = jets
    model = GraphAutoencoder(GraphSettings(slots=16)).double()
    found = deviation(decoded(model, mask), p4, boost(3.0, (1.0, 0.5, -1.0)))
    assert found.vectors.median() > 1e-3


@pytest.mark.parametrize("frame", [rotation(1.0, (0, 0, 1)), boost(2.0, (0, 0, 1))])
def test_the_graph_autoencoder_respects_turns_and_boosts_along_the_beam(frame, jets):
    p4, mask = jets
    model = GraphAutoencoder(GraphSettings(slots=16)).double()
    found = deviation(decoded(model, mask), p4, frame)
    within(found.vectors, 1e-9, 1e-11)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_order_of_the_constituents_and_empty_slots_do_not_matter_at_all(pooling, jets):
    p4, mask = jets
    model = network(pooling)
    expected = model(p4, mask)[1]
    # the first slots become empty ones
    wider = torch.nn.functional.pad(p4, (0, 0, 10, 0)), torch.nn.functional.pad(mask, (10, 0))
    order = torch.randperm(30, generator=torch.Generator().manual_seed(3))
    assert torch.equal(model(*wider)[1], expected)
    assert torch.equal(model(wider[0][:, order], wider[1][:, order])[1], expected)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_gradient_reaches_every_parameter(pooling, jets):
    p4, mask = jets
    model = network(pooling)
    ReconstructionError().over_mass(*model(p4, mask)).mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0.0, name


@pytest.mark.parametrize(
    ("pooling", "size"), [("mix", (2, 3)), ("mean", (2, 3)), ("extremes", (4, 6))]
)
def test_the_latent_space_has_the_size_asked_for(pooling, size, jets):
    model = network(pooling, latent_scalars=2, latent_vectors=3)
    latent = model.encode(*jets)
    assert model.settings.latent == size
    assert latent.scalars.shape == (200, size[0])
    assert latent.vectors.shape == (200, size[1], 4)
    assert model.decode(latent).shape == (200, 16, 4)


def test_one_constituent_and_none_give_finite_momenta():
    p4 = torch.zeros(2, 3, 4, dtype=torch.float64)
    p4[0, 1] = torch.tensor([50.0, 30.0, 0.0, 40.0])
    mask = p4[..., 0] > 0
    assert network()(p4, mask)[1].isfinite().all()


def test_the_seed_alone_sets_the_start():
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    one, two = network(), network()
    assert torch.equal(torch.random.get_rng_state(), state)
    for first, second in zip(one.parameters(), two.parameters(), strict=True):
        assert torch.equal(first, second)


def test_float32_agrees_with_float64(jets):
    p4, mask = jets
    _, expected = network()(p4, mask)
    _, found = network().float()(p4.float(), mask)
    assert found.dtype == torch.float32
    assert relative_deviation(found.double(), expected).median() < 1e-4


def test_the_default_network_is_small():
    sizes = [parameter.numel() for parameter in LorentzAutoencoder(LGAESettings()).parameters()]
    assert sum(sizes) < 12_000


def test_a_score_is_the_error_of_its_autoencoder(jets):
    p4, mask = jets
    for name, error in (("error", ReconstructionError()), ("error over mass", OVER_MASS)):
        score = LGAEScore(name, seed=3, slots=16).double()
        expected = error(*LorentzAutoencoder(LGAESettings(slots=16), seed=3).double()(p4, mask))
        assert torch.equal(score(p4, mask), expected)


def test_a_massless_jet_has_no_score():
    p4 = torch.tensor([[[5.0, 3.0, 0.0, 4.0], [0.0] * 4]])
    assert LGAEScore()(p4, p4[..., 0] > 0).isnan().all()


def test_hyperparameters_make_an_equal_score(jets):
    score = LGAEScore("error over mass", 40, slots=16, latent_vectors=3, pooling="extremes")
    copy = LGAEScore(**json.loads(json.dumps(score.hyperparameters)))
    assert copy.hyperparameters == score.hyperparameters
    copy.load_state_dict(score.state_dict())
    p4, mask = jets
    assert torch.equal(copy(p4.float(), mask), score(p4.float(), mask))


def test_an_unknown_score_is_refused():
    with pytest.raises(ConfigError, match="score 'mass' is not one of error, error over mass"):
        LGAEScore("mass")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"pooling": "max"}, "pooling 'max' is not one of mix, mean, extremes"),
        ({"latent_vectors": 0}, "latent_vectors = 0: at least 1 is needed"),
        ({"decoder_layers": -1}, "decoder_layers = -1: at least 1 is needed"),
        ({"unit": 0.0}, "unit = 0.0 is not a positive number of GeV"),
    ],
)
def test_settings_that_make_no_network_are_refused(settings, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        LGAESettings(**settings)


def test_a_score_comes_back_from_its_file(tmp_path, jets):
    p4, mask = jets
    score = LGAEScore("error over mass", seed=4, slots=16)
    back = load_model(save_model(tmp_path / "lgae.pt", score))
    assert back.hyperparameters == score.hyperparameters
    assert torch.equal(back(p4.float(), mask), score(p4.float(), mask))


def test_a_file_scores_jagged_constituents(tmp_path):
    path = save_model(tmp_path / "lgae.pt", LGAEScore(slots=16))
    pt, eta, phi = (
        [[300.0, 200.0, 1.0], [500.0], []],
        [[0.1, 0.4, 0.2], [1.0], []],
        [[0.0] * 3, [2.0], []],
    )
    scores = TaggerScorer(path)(pt, eta, phi)
    # one massless particle is too light a jet, and no particle is none
    assert np.isfinite(scores).tolist() == [True, False, False]
    assert scores[0] > 0.0
