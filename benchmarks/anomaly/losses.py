"""What the autoencoders of the benchmark minimise."""

from __future__ import annotations

from torch import Tensor

from coffea_lcf.models.reconstruction import (
    LIGHTEST_JET,
    Hybrid,
    JetLoss,
    ReconstructionError,
    hungarian,
    in_laboratory,
    jet_mass,
)
from coffea_lcf.nn.lorentz.minkowski import dot, four_velocity, rest_frame_square

LABORATORY_UNIT = 100.0
"""GeV that are 1 in the loss of the laboratory, which has no mass to divide by."""

SMALLEST = 1e-2
"""Distance in GeV below which the root of its square is smooth."""

SOFTEST = 1e-2
"""Energy over the mass of the jet below which the errors of particles count alike."""

RATIO = 3.0
"""Weight of relative errors beside absolute ones."""


def laboratory_loss(target: Tensor, decoded: Tensor) -> Tensor:
    """Return the Chamfer distance of arXiv:2212.07347, ``(B,)``."""
    return ReconstructionError(in_laboratory)(target, decoded) / LABORATORY_UNIT**2


def by_place(distance: Tensor) -> Tensor:
    """Return the sum of the distances of those in the same place, from ``(B, N, N)``.

    For networks whose places are in an order: those of arXiv:2212.07347 with ``mix`` are
    trained this way.
    """
    return distance.diagonal(dim1=1, dim2=2).sum(1)


def of_every_particle(target: Tensor, decoded: Tensor) -> Tensor:
    """Return a loss ``(B,)`` that looks at soft particles, too, place by place.

    The sum of squares over the squared mass would leave them near the axis, where they cost
    little: here are their roots over the mass, and their ratios to the energy of the particle.

    Parameters
    ----------
    target, decoded
        Momenta in GeV, shape ``(B, N, 4)``, in the same order.
    """
    velocity = four_velocity(target.sum(1)).unsqueeze(1)
    mass = jet_mass(target).clamp_min(LIGHTEST_JET).unsqueeze(1)
    square = rest_frame_square(target - decoded, velocity)
    root = (square + SMALLEST**2).sqrt()
    ratio = square / (dot(target, velocity) + SOFTEST * mass)
    return ((root + RATIO * ratio) / mass).sum(1)


LOSSES: dict[str, JetLoss] = {
    "rest frame, Chamfer": ReconstructionError().over_mass,
    "rest frame, Hungarian": ReconstructionError(matching=hungarian).over_mass,
    "rest frame, both": ReconstructionError(matching=Hybrid()).over_mass,
    "rest frame, by place": ReconstructionError(matching=by_place).over_mass,
    "laboratory, Chamfer": laboratory_loss,
}
