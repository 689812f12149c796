"""One damped step of Newton's method for many neurons at once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.training.distributed import agreed

LARGEST_MOVE = 4.0
"""Bound on one step of a slope or offset: Newton overshoots where events are separable."""

ENOUGH = 0.1
"""Distance from the minimum, in statistical errors, at which a cut is settled."""

RIDGE = 1e-9
"""Added to the curvature per event, so that a neuron without events stays at rest."""


@dataclass(frozen=True)
class Step:
    """A step that was made.

    Attributes
    ----------
    move
        What is taken off (slope, offset), shape ``(..., 2)``.
    reach
        How far each neuron was allowed to move, shape ``(..., 2)`` or ``(..., 1)``.
    """

    move: Tensor
    reach: Tensor


def no_step(like: Tensor) -> Step:
    """Return what comes before the first step of neurons of the shape of `like`."""
    return Step(torch.zeros_like(like), torch.full_like(like, LARGEST_MOVE))


def next_step(gradient: Tensor, curvature: Tensor, last: Step) -> Step:
    """Return the step after `last`.

    A neuron may move half its last move if that went past the minimum: without it,
    Newton can jump to and fro between two flat ends of the loss.

    Parameters
    ----------
    gradient, curvature
        Shape ``(..., 2)`` and ``(..., 2, 2)``.
    """
    overshot = (gradient * last.move).sum(-1, keepdim=True) < 0
    half = last.move.abs().amax(-1, keepdim=True) / 2
    reach = torch.where(overshot, half, 2 * last.reach).clamp_max(LARGEST_MOVE)
    move = torch.linalg.solve(curvature, gradient.unsqueeze(-1)).squeeze(-1)
    move *= (reach / move.abs().amax(-1, keepdim=True).clamp_min(1e-300)).clamp_max(1.0)
    return Step(agreed(move), reach)
