"""Boosts and rotations as matrices on four-vectors ``(E, px, py, pz)``."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def transform(matrix: Tensor, vectors: Tensor) -> Tensor:
    """Return four-vectors ``(..., 4)`` seen through the Lorentz transformation ``(4, 4)``."""
    return vectors @ matrix.to(vectors).transpose(-1, -2)


def boost(gamma: float, direction: Sequence[float]) -> Tensor:
    """Return the active boost to Lorentz factor `gamma` along `direction`.

    Parameters
    ----------
    gamma
        At least 1; 1 is the identity.
    direction
        Three numbers, not all zero, of any length.

    Returns
    -------
    Tensor
        Shape ``(4, 4)``, float64. A particle at rest leaves with the energy
        ``gamma m`` along `direction`.
    """
    axis = _unit(direction)
    momentum = math.sqrt((gamma - 1.0) * (gamma + 1.0)) * axis
    matrix = torch.eye(4, dtype=torch.float64)
    matrix[0, 0] = gamma
    matrix[0, 1:] = momentum
    matrix[1:, 0] = momentum
    matrix[1:, 1:] += (gamma - 1.0) * torch.outer(axis, axis)
    return matrix


def rotation(angle: float, axis: Sequence[float]) -> Tensor:
    """Return the rotation by `angle`, in radian, about `axis`, by the right hand.

    Returns
    -------
    Tensor
        Shape ``(4, 4)``, float64; Rodrigues' formula in the spatial block.
    """
    x, y, z = _unit(axis).tolist()
    cross = torch.tensor([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]], dtype=torch.float64)
    matrix = torch.eye(4, dtype=torch.float64)
    matrix[1:, 1:] += math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross
    return matrix


def _unit(direction: Sequence[float]) -> Tensor:
    vector = torch.tensor(direction, dtype=torch.float64)
    return vector / vector.square().sum().sqrt()
