from __future__ import annotations

import pytest
import torch

from coffea_lcf.models.graph_autoencoder import GraphAutoencoder, GraphSettings, rest_frame
from coffea_lcf.models.reconstruction import ReconstructionError, jet_mass
from coffea_lcf.nn.lorentz.equivariance import relative_deviation
from coffea_lcf.nn.lorentz.transformations import boost, rotation, transform
from tests.jets import draw_jets

METRIC = torch.diag(torch.tensor([1.0, -1.0, -1.0, -1.0], dtype=torch.float64))


@pytest.fixture(scope="module")
def jets():
    return draw_jets(50, 12)


@pytest.fixture(scope="module")
def model():
    return GraphAutoencoder(GraphSettings(slots=12), seed=1).double()


def test_a_jet_comes_to_rest(jets):
    jet = jets[0].sum(1)
    rest = (rest_frame(jet) @ jet.unsqueeze(-1)).squeeze(-1)
    assert rest[:, 0].tolist() == pytest.approx(jet_mass(jets[0]).tolist(), rel=1e-6)
    assert rest[:, 1:].abs().max() < 1e-9


def test_a_frame_of_five_to_four_in_numbers():
    # E, px = 5, 4 in the transverse plane: m = 3, so that γ = 5/3 and βγ = 4/3
    frame = rest_frame(torch.tensor([[5.0, 0.0, 4.0, 0.0]], dtype=torch.float64))[0]
    expected = [
        [5 / 3, 0.0, -4 / 3, 0.0],
        [-4 / 3, 0.0, 5 / 3, 0.0],
        [0.0, -1.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
    assert (frame - torch.tensor(expected, dtype=torch.float64)).abs().max() < 1e-15


@pytest.mark.parametrize("mass", [0.0, 0.5, 1.0, 80.0])
def test_the_frame_of_a_light_jet_is_a_lorentz_transformation_too(mass):
    energy = (600.0**2 + 300.0**2 + mass**2) ** 0.5
    frame = rest_frame(torch.tensor([[energy, 0.0, 600.0, 300.0]], dtype=torch.float64))[0]
    kept = frame.T @ METRIC @ frame
    assert (kept - METRIC).abs().max() < 1e-12 * frame.abs().max() ** 2


def test_a_boost_along_the_flight_of_a_central_jet_changes_nothing(jets, model):
    p4, mask = jets
    jet = p4.sum(1, keepdim=True)
    # all of them into the transverse plane, to azimuth 0
    beam, flight = rest_frame(jet.squeeze(1)), boost(2.0, (1.0, 0.0, 0.0))
    resting = p4 @ beam.transpose(1, 2)
    one, other = (transform(frame, resting) for frame in (boost(5.0, (1.0, 0.0, 0.0)), flight))
    seen = [ReconstructionError()(*model(each, mask)) for each in (one, other)]
    assert seen[0].tolist() == pytest.approx(seen[1].tolist(), rel=1e-9)


def test_a_turn_about_the_flight_changes_the_score(jets, model):
    p4, mask = jets
    resting = p4 @ rest_frame(p4.sum(1)).transpose(1, 2)
    moving = transform(boost(5.0, (1.0, 0.0, 0.0)), resting)
    turned = transform(rotation(1.0, (1.0, 0.0, 0.0)), moving)
    seen = [ReconstructionError()(*model(each, mask)) for each in (moving, turned)]
    assert (seen[0] / seen[1] - 1.0).abs().median() > 1e-3


def test_a_gradient_reaches_every_parameter(jets, model):
    ReconstructionError().over_mass(*model(*jets)).mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0.0, name


def test_order_and_empty_slots_do_not_matter(jets, model):
    p4, mask = jets
    wider = torch.nn.functional.pad(p4, (0, 0, 5, 0)), torch.nn.functional.pad(mask, (5, 0))
    order = torch.randperm(17, generator=torch.Generator().manual_seed(3))
    found = model(wider[0][:, order], wider[1][:, order])[1]
    assert relative_deviation(found, model(p4, mask)[1]).max() < 1e-9
