from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.models.reconstruction import (
    Hybrid,
    ReconstructionError,
    chamfer,
    hungarian,
    in_laboratory,
    in_rest_frame,
    jet_mass,
    scored,
)
from coffea_lcf.nn.lorentz.equivariance import relative_deviation
from coffea_lcf.nn.lorentz.transformations import boost, rotation, transform
from tests.jets import draw_jets

# two particles back to back: the jet rests, and its mass is 10
AT_REST = torch.tensor([[[5.0, 3.0, 0.0, 4.0], [5.0, -3.0, 0.0, -4.0]]], dtype=torch.float64)
DECODED = torch.tensor([[[5.0, 3.0, 1.0, 4.0], [7.0, 3.0, 0.0, 4.0]]], dtype=torch.float64)
# the distances of AT_REST from DECODED: 1, 4 and 101, 104
DISTANCES = torch.tensor([[[1.0, 4.0], [101.0, 104.0]]], dtype=torch.float64)


@pytest.mark.parametrize("distance", [in_rest_frame, in_laboratory])
def test_both_distances_are_euclidean_for_a_jet_at_rest(distance):
    assert torch.allclose(distance(AT_REST, DECODED), DISTANCES)


def test_only_the_distance_in_the_rest_frame_survives_a_boost():
    frame = boost(3.0, (1.0, 0.5, 0.0))
    moved = transform(frame, AT_REST), transform(frame, DECODED)
    assert torch.allclose(in_rest_frame(*moved), DISTANCES)
    assert not torch.allclose(in_laboratory(*moved), DISTANCES, rtol=0.5)


def test_chamfer_takes_the_nearest_on_both_sides():
    assert chamfer(DISTANCES).tolist() == [0.5 * ((1.0 + 101.0) + (1.0 + 4.0))]


def test_hungarian_takes_each_once():
    assert hungarian(DISTANCES).tolist() == [105.0]
    assert hungarian(
        torch.tensor([[[1.0, 9.0], [2.0, 3.0]], [[9.0, 1.0], [1.0, 9.0]]])
    ).tolist() == [
        4.0,
        2.0,
    ]


def test_hungarian_passes_gradients_to_the_matched_pairs():
    distance = torch.tensor([[[9.0, 1.0], [2.0, 9.0]]], requires_grad=True)
    hungarian(distance).sum().backward()
    assert distance.grad.tolist() == [[[0.0, 1.0], [1.0, 0.0]]]


def test_hybrid_is_a_mean_of_both():
    assert Hybrid(0.25)(DISTANCES).tolist() == [0.25 * 53.5 + 0.75 * 105.0]


def test_the_error_is_in_squared_units_and_over_mass_in_none():
    error = ReconstructionError()
    assert error(AT_REST, DECODED).tolist() == pytest.approx([53.5])
    assert error.over_mass(AT_REST, DECODED).tolist() == pytest.approx([0.535])


@given(st.floats(0.1, 100.0))
def test_units_drop_out_of_the_error_over_mass(factor):
    error = ReconstructionError(matching=hungarian)
    assert float(error.over_mass(factor * AT_REST, factor * DECODED)) == pytest.approx(1.05)


@pytest.mark.parametrize(
    "matching", [chamfer, hungarian, Hybrid()], ids=["chamfer", "best", "both"]
)
def test_errors_in_the_rest_frame_are_the_same_for_all_observers(matching):
    target, _ = draw_jets(50, 10)
    decoded = 0.7 * target.flip(1) + 0.1 * target.mean(1, keepdim=True)
    error = ReconstructionError(matching=matching)
    for frame in (rotation(1.0, (1.0, 1.0, 0.0)), boost(3.0, (0.0, 1.0, 2.0))):
        seen = error(transform(frame, target), transform(frame, decoded))
        assert relative_deviation(seen.unsqueeze(1), error(target, decoded)[:, None]).max() < 1e-9


def test_errors_in_the_laboratory_are_not_the_same_for_all_observers():
    target, _ = draw_jets(50, 10)
    error = ReconstructionError(distance=in_laboratory)
    frame = boost(3.0, (0.0, 1.0, 2.0))
    ratio = error(transform(frame, target), transform(frame, 0.7 * target)) / error(
        target, 0.7 * target
    )
    assert ratio.max() > 2.0


def test_no_reconstruction_is_the_sum_of_squared_energies_in_the_rest_frame():
    target = torch.tensor([[[5.0, 3.0, 0.0, 4.0], [5.0, -3.0, 0.0, -4.0], [0.0] * 4]])
    # massless: E² + p² is 50 for each, half of it from each side, the empty slot is exact
    assert ReconstructionError()(target, torch.zeros(1, 3, 4)).tolist() == [50.0]


def test_the_error_has_the_gradient_of_its_formula():
    target, _ = draw_jets(3, 5)
    decoded = (target.flip(1) * 0.5 + 1.0).requires_grad_()
    assert torch.autograd.gradcheck(lambda y: ReconstructionError()(target, y), decoded, atol=1e-3)


def test_a_light_jet_has_no_score():
    light = torch.tensor([[[5.0, 3.0, 0.0, 4.0], [0.0] * 4]])
    both = torch.cat([light, AT_REST.float()])
    assert jet_mass(both).tolist() == [0.0, 10.0]
    light_score, score = scored(torch.ones(2), both).tolist()
    assert math.isnan(light_score)
    assert score == 1.0


def test_a_light_jet_has_a_finite_loss_and_gradient():
    light = torch.tensor([[[5.0, 3.0, 0.0, 4.0], [0.0] * 4]])
    decoded = torch.ones(1, 2, 4, requires_grad=True)
    ReconstructionError().over_mass(light, decoded).sum().backward()
    assert decoded.grad.isfinite().all()
