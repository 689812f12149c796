"""From soft cuts to hard ones: the case and the boundaries of each observable."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts


@dataclass(frozen=True)
class HardCuts:
    """Hard cuts of R repeats on F observables, in the units of the observables.

    An event passes between `lower` and `upper`, or outside of them where `edge`
    is true. A side without boundary is −inf or +inf; two without let all pass.

    Attributes
    ----------
    lower, upper
        Shape ``(R, F)``.
    edge
        bool, shape ``(R, F)``.
    """

    lower: Tensor
    upper: Tensor
    edge: Tensor

    def passes(self, x: Tensor) -> Tensor:
        """Return which cuts each event passes, bool, shape ``(R, N, F)``."""
        # an edge is kept beyond either boundary, any other cut within both
        start = torch.where(self.edge, self.upper, self.lower).unsqueeze(1)
        stop = torch.where(self.edge, self.lower, self.upper).unsqueeze(1)
        above, below = x > start, x < stop
        return torch.where(self.edge.unsqueeze(1), above | below, above & below)


def crossings(cuts: LearnableCuts, threshold: float) -> tuple[Tensor, Tensor]:
    """Return where each neuron crosses `threshold` and the direction that it keeps.

    Returns
    -------
    boundary
        ``B = mean + scale (logit(t) − b) / (w s)``, shape ``(R, 2, F)``.
    keeps_right
        ``w > 0``, bool, shape ``(R, 2, F)``.
    """
    logit = math.log(threshold / (1.0 - threshold))
    slope = cuts.slope * cuts.importance().unsqueeze(1)
    return cuts.mean + cuts.scale * (logit - cuts.offset) / slope, cuts.slope > 0


@torch.no_grad()
def harden(cuts: LearnableCuts, threshold: float = 0.5) -> HardCuts:
    """Return the hard cuts that the neurons of `cuts` stand for.

    A neuron is valid if it crosses on its own side of the center. Two valid
    ones make the case by their directions: both keep the left (left), both the
    right (right), lower right and upper left (middle), lower left and upper
    right (edge). A single valid one makes a left or right cut, none a left or
    right one by agreeing directions and else an edge.
    """
    boundary, right = crossings(cuts, threshold)
    centers = cuts.centers.tolist()
    # plain numbers: so few of them cost less than the calls of thirty tensor operations
    found = [
        [_hard_cut(*one) for one in zip(*ends, *directions, centers, strict=True)]
        for ends, directions in zip(boundary.tolist(), right.tolist(), strict=True)
    ]
    hard = torch.tensor(found, dtype=boundary.dtype, device=boundary.device)
    lower, upper, edge = hard.unbind(-1)
    return HardCuts(lower, upper, edge > 0)


def _hard_cut(
    lower: float, upper: float, lower_right: bool, upper_right: bool, center: float
) -> tuple[float, float, bool]:
    """Return lower and upper boundary of one cut, and whether it is an edge."""
    lower_valid, upper_valid = lower < center, upper > center
    if lower_valid != upper_valid:
        return _one_sided(*((upper, upper_right) if upper_valid else (lower, lower_right)))
    if lower_right == upper_right:
        return _one_sided(upper if upper_right else lower, upper_right)
    if math.isnan(lower) or math.isnan(upper):
        # a flat neuron crosses nowhere: no boundary on its side
        return _open(lower, -math.inf), _open(upper, math.inf), False
    return lower, upper, not (lower_valid and lower_right)


def _one_sided(boundary: float, keeps_right: bool) -> tuple[float, float, bool]:
    if keeps_right:
        return _open(boundary, -math.inf), math.inf, False
    return -math.inf, _open(boundary, math.inf), False


def _open(boundary: float, infinity: float) -> float:
    return infinity if math.isnan(boundary) else boundary
