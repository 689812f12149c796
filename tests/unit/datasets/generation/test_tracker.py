from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation.detlite import SOLENOID, TRACKER
from coffea_lcf.datasets.generation.particles import records
from coffea_lcf.datasets.generation.tracker import fit_tracks, impact, track_kind


def flat(pt, eta, phi=0.0, pdg_id=211, charge=1, copies=1) -> ak.Array:
    columns = {"pt": pt, "eta": eta, "phi": phi, "mass": 0.13957}
    floats = {name: np.full(copies, float(value)) for name, value in columns.items()}
    return records(**floats, pdgId=np.full(copies, pdg_id), charge=np.full(copies, charge))


def test_neutral_particles_fly_straight() -> None:
    eta, phi, reached = impact(flat(5.0, 1.3, 0.7, 22, 0), SOLENOID)
    assert (eta[0], phi[0], reached[0]) == (pytest.approx(1.3), pytest.approx(0.7), True)


@pytest.mark.parametrize("charge", [1, -1])
def test_bend_of_10_gev_in_the_barrel(charge: int) -> None:
    # radius of curvature 8.778 m; the chord of 1.29 m is seen under half the turn
    eta, phi, reached = impact(flat(10.0, 0.0, 0.0, 211 * charge, charge), SOLENOID)
    assert phi[0] == pytest.approx(-charge * np.arcsin(1.29 / 2 / (10 / (0.2998 * 3.8))))
    assert (eta[0], reached[0]) == (0.0, True)


def test_a_soft_particle_loops_in_the_barrel_but_reaches_the_end_cap() -> None:
    assert not impact(flat(0.3, 0.0), SOLENOID)[2][0]
    eta, _, reached = impact(flat(0.3, 3.0), SOLENOID)
    assert reached[0]
    # the chord is shorter than the arc, so the impact is closer to the beam
    assert eta[0] > 3.0


def test_kinds_of_tracks() -> None:
    pdg_id = [11, -13, 2212, -321, 22, 2112]
    charge = [-1, 1, 1, -1, 0, 0]
    kinds = track_kind(ak.zip({"pdgId": pdg_id, "charge": charge}))
    assert kinds.tolist() == [11, 13, 211, 211, 0, 0]


@pytest.mark.parametrize(
    ("particles", "efficiency"),
    [
        (flat(10.0, 1.0, copies=20_000), 0.95),
        (flat(10.0, -2.0, copies=20_000), 0.85),
        (flat(0.5, 1.0, copies=20_000), 0.70),
        (flat(200.0, 1.0, pdg_id=11, charge=-1, copies=20_000), 0.99),
        (flat(0.05, 1.0, copies=100), 0.0),
        (flat(10.0, 2.6, copies=100), 0.0),
        (flat(10.0, 1.0, pdg_id=22, charge=0, copies=100), 0.0),
    ],
)
def test_efficiencies(particles: ak.Array, efficiency: float) -> None:
    tracks = fit_tracks(particles, TRACKER, np.random.default_rng(2))
    spread = np.sqrt(efficiency * (1 - efficiency) / len(tracks.found))
    assert abs(tracks.found.mean() - efficiency) <= 4 * spread


def test_momentum_resolution() -> None:
    tracks = fit_tracks(flat(100.0, 0.2, copies=50_000), TRACKER, np.random.default_rng(2))
    assert tracks.pt.mean() == pytest.approx(100.0, rel=1e-3)
    # hypot(1 %, 100 GeV x 0.01 %/GeV)
    assert tracks.pt.std() == pytest.approx(np.sqrt(2.0), rel=2e-2)
    energy = np.sqrt((tracks.pt * np.cosh(0.2)) ** 2 + 0.13957**2)
    np.testing.assert_allclose(tracks.energy, energy)
    np.testing.assert_allclose(tracks.sigma, np.hypot(0.01, 0.01) * energy)
