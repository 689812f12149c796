"""How well autoencoders with a wide bottleneck reconstruct QCD jets and their constituents.

The published figures are of arXiv:2212.07347: 30 constituents of the jets of JetNet, pt near
1 TeV, 106 000 of them to learn from for some 35 hours on a GPU. The jets here have a pt near
600 GeV, and what is learned from them takes minutes on one core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.table import Table
from torch import Tensor

from benchmarks.anomaly.losses import of_every_particle
from benchmarks.anomaly.networks import (
    Contender,
    graph,
    lorentz,
    mean_seconds,
    reconstructed,
    trained,
)
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import distributions
from benchmarks.anomaly.sample import Sample
from coffea_lcf.models.reconstruction import jet_mass

Residuals = Mapping[str, NDArray[np.floating[Any]]]
"""Relative errors by quantity."""

QUANTITIES = (
    "particle pt", "particle η", "particle φ", "jet mass", "jet pt", "jet η", "jet φ",
)  # fmt: skip

DRAWN = {"particle pt": 1.0, "jet mass": 0.2, "jet pt": 0.2}
"""Quantities of the plot, and the largest errors there."""

NETWORKS: Mapping[str, Contender] = {
    "LGAE, 9 vectors": lorentz(latent_vectors=9),
    "LGAE, 18 vectors": lorentz(latent_vectors=18),
    "graph, 73 numbers": graph(latent=73),
}
"""In the paper 9 vectors are complex, as 18 real ones."""

PUBLISHED: Mapping[str, Mapping[str, str]] = {
    "LGAE, 9 complex, published": {
        "particle pt": "<0.001 / 0.011",
        "particle η": "/ 0.452",
        "jet mass": "<0.001 / 0.003",
        "jet pt": "/ <0.001",
    },
    "graph, 60 numbers, published": {
        "particle pt": "-0.053 / 0.906",
        "particle η": "/ 0.191",
        "jet mass": "+0.277 / 0.299",
        "jet pt": "/ 0.110",
    },
}


@dataclass(frozen=True)
class Kinematics:
    """Transverse momenta, pseudorapidities and azimuths of four-momenta ``(..., 4)``."""

    pt: Tensor
    eta: Tensor
    phi: Tensor

    @classmethod
    def of(cls, p4: Tensor) -> Kinematics:
        """Return those of `p4`; of a momentum of zero they are zero."""
        _, px, py, pz = p4.unbind(-1)
        pt = torch.hypot(px, py)
        return cls(pt, torch.asinh(pz / pt.clamp_min(1e-9)), torch.atan2(py, px))


def residuals(sample: Sample, output: Output) -> None:
    """Print median and interquartile range of relative errors, and draw how they spread."""
    table = Table(title="relative errors of QCD jets, median / interquartile range")
    table.add_column("quantity")
    jets = sample.searches[0].background
    found: dict[str, Residuals] = {}
    columns: dict[str, list[str]] = {}
    for name, contender in NETWORKS.items():
        runs = trained(contender, sample, of_every_particle)
        errors = [relative_errors(*reconstructed(run.model, jets)) for run in runs]
        found[name] = errors[0]
        cells = [_median_and_range([one[quantity] for one in errors]) for quantity in QUANTITIES]
        columns[name] = [*cells, f"{mean_seconds(runs):.0f}"]
    for name, figures in PUBLISHED.items():
        columns[name] = [*(figures.get(quantity, "") for quantity in QUANTITIES), ""]
    for name in columns:
        table.add_column(name, justify="right")
    for row in zip((*QUANTITIES, "CPU s"), *columns.values(), strict=True):
        table.add_row(*row)
    output.show(table)
    output.draw("residuals", distributions(found, DRAWN))


def relative_errors(target: Tensor, decoded: Tensor) -> Residuals:
    """Return the errors over the true values, of particles and of jets.

    Particles are compared place by place, with η and φ from the axis of the true jet, as in
    the paper; empty places are left out.

    Parameters
    ----------
    target, decoded
        Momenta in GeV, shape ``(B, N, 4)``, in the same order.
    """
    present = target[..., 0] > 0
    jets = Kinematics.of(target.sum(1)), Kinematics.of(decoded.sum(1))
    particles = [_from_axis(jets[0], Kinematics.of(p4)) for p4 in (target, decoded)]
    masses = jet_mass(target), jet_mass(decoded)
    pairs = {
        "particle pt": [one.pt[present] for one in particles],
        "particle η": [one.eta[present] for one in particles],
        "particle φ": [one.phi[present] for one in particles],
        "jet mass": masses,
        "jet pt": [one.pt for one in jets],
        "jet η": [one.eta for one in jets],
    }
    errors = {name: (found - true) / true for name, (true, found) in pairs.items()}
    errors["jet φ"] = _turned(jets[1].phi - jets[0].phi) / jets[0].phi
    return {name: error.numpy() for name, error in errors.items()}


def _from_axis(jet: Kinematics, particles: Kinematics) -> Kinematics:
    return Kinematics(
        particles.pt,
        particles.eta - jet.eta.unsqueeze(1),
        _turned(particles.phi - jet.phi.unsqueeze(1)),
    )


def _turned(angle: Tensor) -> Tensor:
    """Return the angle between −π and π."""
    return torch.remainder(angle + torch.pi, 2 * torch.pi) - torch.pi


def _median_and_range(runs: Sequence[NDArray[np.floating[Any]]]) -> str:
    """Return means over the runs, with half the spread of the ranges if there are several."""
    low, middle, high = np.transpose([np.nanpercentile(run, [25, 50, 75]) for run in runs])
    spread = f" ± {np.ptp(high - low) / 2:.3f}" if len(runs) > 1 else ""
    return f"{middle.mean():+.3f} / {(high - low).mean():.3f}{spread}"
