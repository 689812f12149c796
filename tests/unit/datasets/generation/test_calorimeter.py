from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.datasets.generation.calorimeter import (
    energy_flow,
    find_towers,
    log_normal,
    resolution,
    tower_energy,
)
from coffea_lcf.datasets.generation.detlite import ECAL, HCAL


def towers_at(layer, *points, event=None):
    eta, phi = np.array(points, dtype=float).T
    event = np.zeros(len(eta), dtype=np.int64) if event is None else np.array(event)
    return find_towers(layer, event, eta, phi)


def test_deposits_in_one_cell_share_a_tower() -> None:
    towers = towers_at(HCAL, (0.01, 0.01), (0.08, 0.08), (0.09, 0.01))
    assert towers.deposit_tower.tolist() == [0, 0, 1]
    np.testing.assert_allclose(towers.eta, [0.0435, 0.1305])
    np.testing.assert_allclose(towers.phi, 2 * np.pi / 72 / 2)


def test_both_sides_and_all_events_have_their_own_towers() -> None:
    towers = towers_at(HCAL, (0.01, 0.01), (-0.01, 0.01), (0.01, 0.01), event=[0, 0, 1])
    assert len(set(towers.deposit_tower.tolist())) == 3
    assert towers.event[towers.deposit_tower].tolist() == [0, 0, 1]
    assert np.sign(towers.eta[towers.deposit_tower]).tolist() == [1, -1, 1]


@pytest.mark.parametrize("layer", [ECAL, HCAL])
@given(eta=st.floats(-4.999, 4.999), phi=st.floats(-10, 10))
def test_a_deposit_lies_inside_its_tower(layer, eta: float, phi: float) -> None:
    towers = towers_at(layer, (eta, phi))
    assert abs(eta - towers.eta[0]) <= towers.width_eta[0] / 2 + 1e-9
    turned = (phi - towers.phi[0] + np.pi) % (2 * np.pi) - np.pi
    assert abs(turned) <= towers.width_phi[0] / 2 + 1e-9


def test_resolution_by_hand() -> None:
    hcal = resolution(HCAL, towers_at(HCAL, (0.01, 0.01)), np.array([100.0]))
    assert hcal[0] == pytest.approx(np.sqrt(25.0 + 225.0))
    ecal = resolution(ECAL, towers_at(ECAL, (0.01, 0.01)), np.array([100.0]))
    assert ecal[0] == pytest.approx((1 + 0.64 * 0.0087**2) * np.sqrt(0.64 + 1.21 + 0.16))


def test_log_normal_has_the_mean_and_width_asked_for() -> None:
    drawn = log_normal(np.full(200_000, 50.0), np.full(200_000, 10.0), np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(50.0, rel=2e-3)
    assert drawn.std() == pytest.approx(10.0, rel=1e-2)
    assert drawn.min() > 0


def test_log_normal_leaves_nothing_at_nothing() -> None:
    drawn = log_normal(np.zeros(3), np.ones(3), np.random.default_rng(1))
    assert drawn.tolist() == [0.0, 0.0, 0.0]


def test_towers_below_threshold_are_silent() -> None:
    towers = towers_at(HCAL, (0.01, 0.01), (0.5, 0.5))
    energy = tower_energy(HCAL, towers, np.array([0.01, 200.0]), np.random.default_rng(1))
    assert energy[0] == 0.0
    assert energy[1] == pytest.approx(200.0, rel=0.5)


def test_energy_flow_by_hand() -> None:
    neutral, rescale = energy_flow(
        HCAL,
        energy=np.array([20.0, 10.5, 8.0, 0.0]),
        sigma=np.array([1.0, 3.0, 2.0, 0.0]),
        track=np.array([5.0, 10.0, 0.0, 4.0]),
        track_sigma=np.array([0.1, 1.0, 0.0, 0.1]),
    )
    # a significant excess, a weighted mean (9 x 10 + 1 x 10.5) / 10, no track, no tower
    np.testing.assert_allclose(neutral, [15.0, 0.0, 8.0, 0.0])
    np.testing.assert_allclose(rescale, [1.0, 1.005, 1.0, 1.0])
