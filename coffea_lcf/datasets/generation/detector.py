"""A fast detector: tracks, two calorimeters and the energy flow of both.

Charged particles bend in the solenoid; what reaches a calorimeter deposits energy in its towers;
the energy flow makes one list of candidates. There is no pile-up, isolation, b-tagging or
displaced vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import awkward as ak
import numpy as np
import numpy.typing as npt

from coffea_lcf.datasets.generation.calorimeter import (
    Calorimeter,
    Towers,
    energy_flow,
    find_towers,
    resolution,
    sum_by_tower,
    tower_energy,
)
from coffea_lcf.datasets.generation.particles import by_event, flatten, records
from coffea_lcf.datasets.generation.tracker import (
    ELECTRON,
    MUON,
    PION,
    Solenoid,
    Tracker,
    Tracks,
    fit_tracks,
    impact,
)

Floats = npt.NDArray[np.float64]

PHOTON, NEUTRAL_HADRON, K_SHORT, LAMBDA = 22, 130, 310, 3122


@dataclass(frozen=True)
class Detector:
    """The parts that particles pass, from inside to outside."""

    solenoid: Solenoid
    tracker: Tracker
    ecal: Calorimeter
    hcal: Calorimeter


def measure(particles: ak.Array, detector: Detector, rng: np.random.Generator) -> ak.Array:
    """Turn the visible stable particles of a batch into energy-flow candidates.

    Parameters
    ----------
    particles
        Records of `particles` with pt > 0, one list per event, without neutrinos.
    detector
        The detector to pass through.
    rng
        Source of all randomness; the same state gives the same candidates.

    Returns
    -------
    ak.Array
        Candidates by event in falling pt: tracks (pdgId ±11, ±13, ±211), photons (22) and
        neutral hadrons (130).
    """
    flat = flatten(particles)
    tracks = fit_tracks(flat, detector.tracker, rng)
    eta, phi, reached = impact(flat, detector.solenoid)
    reached &= np.abs(eta) < detector.ecal.regions[-1].abs_eta
    pt = tracks.pt.copy()
    neutrals = []
    electromagnetic, hadronic = energy_shares(ak.to_numpy(flat.pdgId))
    for layer, share, pdg_id in (
        (detector.ecal, electromagnetic, PHOTON),
        (detector.hcal, hadronic, NEUTRAL_HADRON),
    ):
        hit = np.flatnonzero(reached & (share > 0))
        towers = find_towers(layer, ak.to_numpy(flat.event)[hit], eta[hit], phi[hit])
        deposits = (share * ak.to_numpy(flat.E))[hit]
        neutral, rescale = _respond(layer, towers, deposits, tracks, hit, rng)
        pt[hit] *= rescale[towers.deposit_tower]
        neutrals.append(_neutral_candidates(towers, neutral, pdg_id, rng))
    charged = _track_candidates(flat, tracks, pt)
    return by_event(ak.concatenate([charged, *neutrals]), len(particles))


def energy_shares(pdg_id: npt.NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Return the fractions of the energy left in the two calorimeters.

    Electrons and photons stop in the first, hadrons in the second, muons pass; K0S and Lambda,
    which decay on the way, share 0.3 to 0.7.
    """
    kind = np.abs(pdg_id)
    electromagnetic = np.select(
        [np.isin(kind, (ELECTRON, PHOTON)), np.isin(kind, (K_SHORT, LAMBDA))], [1.0, 0.3], 0.0
    )
    return electromagnetic, np.where(kind == MUON, 0.0, 1.0 - electromagnetic)


def _respond(
    layer: Calorimeter,
    towers: Towers,
    deposits: Floats,
    tracks: Tracks,
    hit: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    energy = tower_energy(layer, towers, deposits, rng)
    found = tracks.found[hit]
    track = sum_by_tower(towers, found * tracks.energy[hit])
    variance = sum_by_tower(towers, found * tracks.sigma[hit] ** 2)
    sigma = resolution(layer, towers, energy)
    return energy_flow(layer, energy, sigma, track, np.sqrt(variance))


def _track_candidates(flat: ak.Array, tracks: Tracks, pt: Floats) -> ak.Array:
    charge = ak.to_numpy(flat.charge)
    # a negative lepton has a positive PDG code
    sign = np.where(tracks.kind == PION, charge, -charge)
    return records(
        pt=pt,
        eta=flat.eta,
        phi=flat.phi,
        mass=tracks.mass,
        pdgId=sign * tracks.kind,
        charge=charge,
        event=flat.event,
    )[tracks.found]


def _neutral_candidates(
    towers: Towers, energy: Floats, pdg_id: int, rng: np.random.Generator
) -> ak.Array:
    eta, phi = (
        center + width * (rng.random(len(center)) - 0.5)
        for center, width in ((towers.eta, towers.width_eta), (towers.phi, towers.width_phi))
    )
    zero = np.zeros(len(eta))
    return records(
        pt=energy / np.cosh(eta),
        eta=eta,
        phi=(phi + np.pi) % (2 * np.pi) - np.pi,
        mass=zero,
        pdgId=zero.astype(np.int64) + pdg_id,
        charge=zero.astype(np.int64),
        event=towers.event,
    )[energy > 0]
