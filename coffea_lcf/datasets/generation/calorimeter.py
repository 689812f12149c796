"""A segmented calorimeter and the energy flow of one of its layers, as in arXiv:1307.6346."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Region:
    """Towers of one size up to `abs_eta`, with sigma(E) = w * sqrt((cE)^2 + s^2 E + n^2) in GeV.

    The widening ``w = widening[0] + widening[1] * (|eta| - widening[2])^2`` stands for the
    material in front of the calorimeter.
    """

    abs_eta: float
    cell_eta: float
    cells_phi: int
    constant: float
    stochastic: float
    noise: float
    widening: tuple[float, float, float] = (1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Calorimeter:
    """One layer: regions of rising `abs_eta`, the lowest energy (GeV) and significance it sees."""

    regions: tuple[Region, ...]
    min_energy: float
    min_significance: float


@dataclass(frozen=True)
class Towers:
    """Towers hit in a batch of events; `deposit_tower` gives the tower of each deposit."""

    key: Integers
    event: Integers
    eta: Floats
    phi: Floats
    width_eta: Floats
    width_phi: Floats
    region: Integers
    deposit_tower: Integers


def find_towers(layer: Calorimeter, event: Integers, eta: Floats, phi: Floats) -> Towers:
    """Group the impact points of a batch into the towers of `layer`; ``|eta|`` is inside it."""
    edges = np.array([0.0, *(region.abs_eta for region in layer.regions)])
    region = np.searchsorted(edges[1:-1], np.abs(eta), side="right")
    cell_eta = np.array([r.cell_eta for r in layer.regions])[region]
    cells_phi = np.array([r.cells_phi for r in layer.regions])[region]
    i_eta = np.floor((np.abs(eta) - edges[region]) / cell_eta).astype(np.int64)
    turn = (phi / (2 * np.pi)) % 1.0
    i_phi = np.minimum((turn * cells_phi).astype(np.int64), cells_phi - 1)
    side = np.where(eta < 0, -1, 1)
    key = (((event * 8 + region) * 2 + (side > 0)) * 1024 + i_eta) * 1024 + i_phi
    unique, first, tower = np.unique(key, return_index=True, return_inverse=True)
    width_phi = 2 * np.pi / cells_phi
    return Towers(
        key=unique,
        event=event[first],
        eta=(side * (edges[region] + (i_eta + 0.5) * cell_eta))[first],
        phi=((i_phi + 0.5) * width_phi)[first],
        width_eta=cell_eta[first],
        width_phi=width_phi[first],
        region=region[first],
        deposit_tower=tower,
    )


def sum_by_tower(towers: Towers, values: Floats) -> Floats:
    """Add up one value per deposit in each tower."""
    total = np.bincount(towers.deposit_tower, values, minlength=len(towers.key))
    return total.astype(np.float64)


def resolution(layer: Calorimeter, towers: Towers, energy: Floats) -> Floats:
    """Return sigma(E) of each tower in GeV."""
    terms = np.array([(r.constant, r.stochastic, r.noise, *r.widening) for r in layer.regions])
    constant, stochastic, noise, level, slope, center = terms[towers.region].T
    widening = level + slope * (np.abs(towers.eta) - center) ** 2
    sigma = np.sqrt((constant * energy) ** 2 + stochastic**2 * energy + noise**2)
    return np.asarray(widening * sigma)


def log_normal(mean: Floats, sigma: Floats, rng: np.random.Generator) -> Floats:
    """Draw positive numbers of the given mean and standard deviation; 0 stays 0."""
    safe = np.where(mean > 0, mean, 1.0)
    width = np.sqrt(np.log1p((sigma / safe) ** 2))
    drawn = safe * np.exp(width * rng.standard_normal(len(mean)) - width**2 / 2)
    return np.where(mean > 0, drawn, 0.0)


def tower_energy(
    layer: Calorimeter, towers: Towers, deposits: Floats, rng: np.random.Generator
) -> Floats:
    """Sum and smear the deposits (GeV) of each tower; 0 below the thresholds of the layer."""
    true = sum_by_tower(towers, deposits)
    energy = log_normal(true, resolution(layer, towers, true), rng)
    sigma = resolution(layer, towers, energy)
    seen = (energy >= layer.min_energy) & (energy >= layer.min_significance * sigma)
    return np.where(seen, energy, 0.0)


def energy_flow(
    layer: Calorimeter, energy: Floats, sigma: Floats, track: Floats, track_sigma: Floats
) -> tuple[Floats, Floats]:
    """Share tower energies between tracks and neutral particles.

    Parameters
    ----------
    energy, sigma
        Measured energy of each tower and its uncertainty in GeV.
    track, track_sigma
        Summed energy of the tracks that point to each tower and its uncertainty in GeV.

    Returns
    -------
    neutral, rescale
        Energy of the neutral particle in each tower (GeV, 0 where the excess over the tracks is
        not significant), and the factor on its tracks: 1 beside a neutral particle, else their
        weighted mean with the tower over their sum.
    """
    excess = np.maximum(energy - track, 0.0)
    significance = excess / np.maximum(np.hypot(sigma, track_sigma), 1e-12)
    neutral = (excess > layer.min_energy) & (significance > layer.min_significance)
    tracked = (track > 0) & ~neutral & (sigma > 0)
    weight = track_sigma**2 / np.where(tracked, track_sigma**2 + sigma**2, 1.0)
    rescale = 1.0 + weight * (energy / np.where(tracked, track, 1.0) - 1.0)
    return np.where(neutral, excess, 0.0), np.where(tracked, rescale, 1.0)
