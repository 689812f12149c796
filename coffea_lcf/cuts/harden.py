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
        above, below = x > self.lower.unsqueeze(1), x < self.upper.unsqueeze(1)
        outside = (x < self.lower.unsqueeze(1)) | (x > self.upper.unsqueeze(1))
        return torch.where(self.edge.unsqueeze(1), outside, above & below)


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
    (lower, upper), (lower_right, upper_right) = boundary.unbind(1), right.unbind(1)
    lower_valid, upper_valid = lower < cuts.centers, upper > cuts.centers
    both = lower_valid & upper_valid
    single = lower_valid ^ upper_valid
    # the direction of a one-sided cut: that of the valid neuron, or the common one
    one_right = torch.where(upper_valid & single, upper_right, lower_right)
    one_sided = single | (lower_right == upper_right)
    use_upper = (upper_valid & single) | (~single & one_right)
    cut_at = torch.where(use_upper, upper, lower)
    edge = ~one_sided & ~(both & lower_right)
    infinity = torch.full_like(lower, torch.inf)
    lower = torch.where(one_sided, torch.where(one_right, cut_at, -infinity), lower)
    upper = torch.where(one_sided, torch.where(one_right, infinity, cut_at), upper)
    # a flat neuron crosses nowhere: NaN, and no boundary
    return HardCuts(
        lower=torch.where(lower.isnan(), -infinity, lower),
        upper=torch.where(upper.isnan(), infinity, upper),
        edge=edge & ~(lower.isnan() | upper.isnan()),
    )
