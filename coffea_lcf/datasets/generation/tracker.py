"""Tracks: the bend in the solenoid, the efficiency and the momentum resolution."""

from __future__ import annotations

from dataclasses import dataclass

import awkward as ak
import numpy as np
import numpy.typing as npt

from coffea_lcf.datasets.generation.calorimeter import log_normal

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ELECTRON, MUON, PION = 11, 13, 211
MASSES = {ELECTRON: 0.000511, MUON: 0.10566, PION: 0.13957}
"""Mass of each kind of track in GeV: every charged hadron is taken for a pion."""


@dataclass(frozen=True)
class Solenoid:
    """A field (T) along z inside a cylinder of `radius` and `half_length` (m)."""

    field: float
    radius: float
    half_length: float


@dataclass(frozen=True)
class Efficiency:
    """Efficiency of one kind of track: a row per region of |eta|, a column per bin of pt."""

    kind: int
    rows: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class Tracker:
    """Regions of |eta| and bins of pt (GeV), efficiencies and sigma(pt)/pt = hypot(a, b pt)."""

    efficiency_eta: tuple[float, ...]
    efficiency_pt: tuple[float, float, float]
    efficiencies: tuple[Efficiency, ...]
    resolution_eta: tuple[float, ...]
    resolutions: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Tracks:
    """The track of each particle: found or not, fitted pt, energy and its uncertainty in GeV."""

    found: npt.NDArray[np.bool_]
    kind: Integers
    pt: Floats
    mass: Floats
    energy: Floats
    sigma: Floats


def impact(particles: ak.Array, solenoid: Solenoid) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Follow flat particles from the origin to the calorimeter.

    Returns
    -------
    eta, phi, reached
        Direction of the impact point seen from the origin. A loop in the field that closes
        before the end cap never reaches it.
    """
    pt, eta, phi, charge = (
        ak.to_numpy(particles[name]).astype(np.float64) for name in ("pt", "eta", "phi", "charge")
    )
    curvature = np.abs(charge) * 0.2998 * solenoid.field / pt
    reach = curvature * solenoid.radius / 2
    barrel = 2 * np.arcsin(np.minimum(reach, 1.0))
    end_cap = curvature * solenoid.half_length / np.maximum(np.abs(np.sinh(eta)), 1e-12)
    half_turn = np.minimum(np.where(reach < 1, barrel, np.inf), end_cap) / 2
    # sinh(eta) = z / r, and the chord r shrinks against the arc by sin(x) / x
    chord = np.sinc(np.minimum(half_turn, np.pi / 2) / np.pi)
    return (
        np.arcsinh(np.sinh(eta) / chord),
        phi - np.sign(charge) * half_turn,
        half_turn < np.pi / 2,
    )


def track_kind(particles: ak.Array) -> Integers:
    """Return 11, 13 or 211 for charged particles and 0 for neutral ones."""
    pdg_id = np.abs(ak.to_numpy(particles.pdgId))
    kind = np.where(np.isin(pdg_id, (ELECTRON, MUON)), pdg_id, PION)
    return np.where(ak.to_numpy(particles.charge) != 0, kind, 0).astype(np.int64)


def fit_tracks(particles: ak.Array, tracker: Tracker, rng: np.random.Generator) -> Tracks:
    """Find and measure the tracks of flat particles; directions are taken as exact."""
    kind = track_kind(particles)
    true_pt = ak.to_numpy(particles.pt).astype(np.float64)
    abs_eta = np.abs(ak.to_numpy(particles.eta))
    found = rng.random(len(kind)) < _efficiency(tracker, kind, abs_eta, true_pt)
    constant, slope = np.array([*tracker.resolutions, tracker.resolutions[-1]])[
        np.searchsorted(tracker.resolution_eta, abs_eta)
    ].T
    relative = np.hypot(constant, slope * true_pt)
    pt = log_normal(true_pt, relative * true_pt, rng)
    mass = np.select([kind == entry for entry in MASSES], list(MASSES.values()))
    energy = np.hypot(pt * np.cosh(np.minimum(abs_eta, 10.0)), mass)
    return Tracks(found, kind, pt, mass, energy, relative * energy)


def _efficiency(tracker: Tracker, kind: Integers, abs_eta: Floats, pt: Floats) -> Floats:
    region = np.searchsorted(tracker.efficiency_eta, abs_eta)
    column = np.searchsorted(tracker.efficiency_pt, pt)
    efficiency = np.zeros(len(kind))
    for entry in tracker.efficiencies:
        table = np.array([*entry.rows, (0.0,) * 4])
        chosen = kind == entry.kind
        efficiency[chosen] = table[region, column][chosen]
    return efficiency
