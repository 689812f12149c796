from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation.detector import energy_shares, measure
from coffea_lcf.datasets.generation.detlite import DETLITE
from coffea_lcf.datasets.generation.particles import records


def events(*particles: list[tuple]) -> ak.Array:
    """One list of (pt, eta, phi, mass, pdgId, charge) per event."""
    counts = [len(event) for event in particles]
    columns = np.array([p for event in particles for p in event], dtype=float).T
    names = ("pt", "eta", "phi", "mass")
    return ak.unflatten(
        records(
            **dict(zip(names, columns[:4], strict=True)),
            pdgId=columns[4].astype(int),
            charge=columns[5].astype(int),
        ),
        counts,
    )


PHOTON = (50.0, 0.3, 1.0, 0.0, 22, 0)
KLONG = (80.0, -0.4, -2.0, 0.4976, 130, 0)
MUON = (40.0, 1.0, 2.0, 0.10566, 13, -1)
KAON = (30.0, 0.8, 0.1, 0.4937, 321, 1)
FORWARD_PHOTON = (1.0, 6.0, 0.0, 0.0, 22, 0)


def test_shares_of_the_energy() -> None:
    electromagnetic, hadronic = energy_shares(np.array([22, -11, 13, 211, 2112, 310, -3122]))
    np.testing.assert_allclose(electromagnetic, [1, 1, 0, 0, 0, 0.3, 0.3])
    np.testing.assert_allclose(hadronic, [0, 0, 0, 1, 1, 0.7, 0.7])


def test_isolated_particles_keep_kind_and_direction() -> None:
    measured = measure(events([PHOTON], [], [KLONG, MUON]), DETLITE, np.random.default_rng(4))
    assert measured.pdgId.to_list() == [[22], [], [130, 13]]
    assert measured.charge.to_list() == [[0], [], [0, -1]]
    assert measured.pt[0, 0] == pytest.approx(50.0, rel=0.1)
    assert measured.eta[0, 0] == pytest.approx(0.3, abs=0.0174)
    assert measured.phi[2, 0] == pytest.approx(-2.0, abs=2 * np.pi / 72)
    assert measured.mass[2].to_list() == [0.0, 0.10566]


def test_charged_hadrons_become_pions_whatever_their_code() -> None:
    # a proton, and an anti-Sigma- of positive charge and negative code
    proton, sigma = (30.0, 0.5, 0.0, 0.938, 2212, 1), (30.0, -0.5, 2.0, 1.197, -3112, 1)
    measured = measure(events([proton, sigma]), DETLITE, np.random.default_rng(0))
    tracks = measured[measured.charge != 0]
    assert set(ak.flatten(tracks.pdgId).to_list()) == {211}
    assert set(ak.flatten(tracks.mass).to_list()) == {0.13957}


def test_nothing_is_seen_outside_the_acceptance() -> None:
    measured = measure(events([FORWARD_PHOTON], [PHOTON]), DETLITE, np.random.default_rng(4))
    assert ak.num(measured).to_list() == [0, 1]


def test_candidates_come_in_falling_pt() -> None:
    measured = measure(events([MUON, KLONG, PHOTON]), DETLITE, np.random.default_rng(4))
    assert ak.all(measured.pt[:, :-1] >= measured.pt[:, 1:])


def test_the_same_random_state_gives_the_same_candidates() -> None:
    particles = events([PHOTON, KAON, KLONG], [MUON, KAON])
    first, again = (measure(particles, DETLITE, np.random.default_rng(9)) for _ in range(2))
    other = measure(particles, DETLITE, np.random.default_rng(10))
    assert first.pt.to_list() == again.pt.to_list()
    assert first.pt.to_list() != other.pt.to_list()


# an upward fluctuation of the tower of a track counts as a neutral particle: a few per cent more
@pytest.mark.parametrize(
    ("particle", "response"), [(PHOTON, 1.0), (KLONG, 1.0), (MUON, 0.99), (KAON, 1.05)]
)
def test_energy_is_conserved_on_average(particle: tuple, response: float) -> None:
    measured = measure(events(*[[particle]] * 5000), DETLITE, np.random.default_rng(4))
    mean = ak.mean(ak.sum(measured.pt, axis=1))
    assert mean == pytest.approx(response * particle[0], rel=0.02)


def test_the_energy_of_a_charged_hadron_is_not_counted_twice() -> None:
    measured = measure(events(*[[KAON]] * 5000), DETLITE, np.random.default_rng(4))
    tracked = measured[ak.any(measured.charge != 0, axis=1)]
    # a second candidate beside the track is the tail of the tower resolution
    assert ak.mean(ak.num(tracked) > 1) < 0.2
