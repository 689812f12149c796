"""Products of four-vectors ``(E, px, py, pz)`` in the metric (+, −, −, −)."""

from __future__ import annotations

from torch import Tensor

SMALLEST_MASS = 1e-3
"""Mass, in the units of the momenta, below which `four_velocity` no longer divides by it."""


def dot(x: Tensor, y: Tensor) -> Tensor:
    """Return the invariant product of four-vectors.

    Parameters
    ----------
    x, y
        Shapes ``(..., 4)`` that broadcast.

    Returns
    -------
    Tensor
        Shape ``(...)``, in units squared.
    """
    return x[..., 0] * y[..., 0] - (x[..., 1:] * y[..., 1:]).sum(-1)


def square(x: Tensor) -> Tensor:
    """Return the invariant square of four-vectors ``(..., 4)``, shape ``(...)``."""
    return dot(x, x)


def gram(x: Tensor, y: Tensor) -> Tensor:
    """Return all products of two sets of four-vectors.

    Parameters
    ----------
    x, y
        Shapes ``(..., A, 4)`` and ``(..., B, 4)``.

    Returns
    -------
    Tensor
        Shape ``(..., A, B)``.
    """
    lowered = y * y.new_tensor([1.0, -1.0, -1.0, -1.0])
    return x @ lowered.transpose(-1, -2)


def pair_square(x: Tensor) -> Tensor:
    """Return the squares ``(x_i − x_j)²`` of ``(..., N, 4)``, shape ``(..., N, N)``.

    The difference is taken before the square: for the nearly parallel momenta
    of a jet, ``x_i² + x_j² − 2 x_i·x_j`` would lose more digits.
    """
    return square(x.unsqueeze(-2) - x.unsqueeze(-3))


def four_velocity(p4: Tensor) -> Tensor:
    """Return ``u = p/m`` of four-momenta ``(..., 4)``.

    A mass below `SMALLEST_MASS` counts as `SMALLEST_MASS`: such a momentum has
    no rest frame, and what comes out is finite but not a velocity.
    """
    mass = square(p4).clamp_min(SMALLEST_MASS**2).sqrt()
    return p4 / mass.unsqueeze(-1)


def rest_frame_square(x: Tensor, velocity: Tensor) -> Tensor:
    r"""Return the squared Euclidean length that four-vectors have in a rest frame.

    .. math:: D_u(x) = 2\,(u \cdot x)^2 - x \cdot x

    is :math:`E^2 + |\vec p|^2` where :math:`u = (1, 0, 0, 0)`. It is positive
    unless `x` vanishes, and the same in every frame.

    Parameters
    ----------
    x
        Shape ``(..., 4)``.
    velocity
        Four-velocity u of the frame, ``u·u = 1``, broadcast with `x`.

    Returns
    -------
    Tensor
        Shape ``(...)``, in units squared.
    """
    return 2.0 * dot(velocity, x).square() - square(x)
