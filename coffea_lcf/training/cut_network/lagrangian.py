"""The price of a constraint, learned while it is paid."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.cuts.soft_cut import straight_through
from coffea_lcf.training.cut_network.budget import Constraint

MEMORY = 0.1
"""Share of the latest batch in the running efficiency."""

SMALLEST = 1e-3
"""Share of the budget below which an efficiency counts as this, so that its logarithm ends."""


class AugmentedLagrangian(nn.Module):
    r"""Augmented Lagrangian of one bound, with a multiplier that follows it.

    With the relative violation :math:`g = \pm\ln(ε/ε_0)`, positive where the constraint is
    broken, it adds :math:`μ g + ρ g^2 / 2` to a loss and, in training, moves
    :math:`μ \leftarrow \max(0, μ + η g)` after each batch. At the end μ is what the loss
    would gain per relative widening of the budget. The pull is from both sides, since a
    wider skim is never worse and the bound always reached. The efficiency counts hard
    decisions, followed over batches; its gradient is that of the soft cuts.

    Parameters
    ----------
    constraint
        What has to hold.
    stiffness
        ρ, in units of the loss.
    rate
        η, in units of the loss.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization", 2nd ed., chapter 17.4.
    """

    multiplier: Tensor
    kept: Tensor

    def __init__(self, constraint: Constraint, stiffness: float, rate: float) -> None:
        super().__init__()
        self.constraint, self.stiffness, self.rate = constraint, stiffness, rate
        self.register_buffer("multiplier", torch.zeros(()))
        self.register_buffer("kept", torch.tensor(torch.nan))

    def forward(self, passing: Tensor, hard: Tensor, label: Tensor, weight: Tensor) -> Tensor:
        """Return the price of a batch, shape ``()``.

        Parameters
        ----------
        passing, hard
            How far events pass and whether they do, shape ``(N,)``.
        label, weight
            As for `coffea_lcf.cuts.skim_loss.skim_loss`.
        """
        of_class = weight * (label if self.constraint.signal else 1.0 - label)
        of_class = of_class / of_class.sum()
        soft = (of_class * passing).sum()
        counted = (of_class * straight_through(hard, passing)).sum()
        self._follow(counted.detach())
        efficiency = self.kept + (soft - soft.detach())
        ratio = efficiency.clamp_min(SMALLEST * self.constraint.efficiency)
        violation = self.constraint.sign * torch.log(ratio / self.constraint.efficiency)
        price = (self.multiplier + 0.5 * self.stiffness * violation) * violation
        self._learn(violation.detach())
        return price + self.constraint.size_price * _share(passing, weight * (1.0 - label))

    def _follow(self, counted: Tensor) -> None:
        if self.training:
            first = self.kept.isnan()
            self.kept = torch.where(first, counted, self.kept.lerp(counted, MEMORY))

    def _learn(self, violation: Tensor) -> None:
        if self.training:
            self.multiplier = (self.multiplier + self.rate * violation).clamp_min(0.0)


class Free(nn.Module):
    """No budget: nothing to pay, and a multiplier of zero."""

    multiplier: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("multiplier", torch.zeros(()))

    def forward(self, passing: Tensor, hard: Tensor, label: Tensor, weight: Tensor) -> Tensor:
        """Return zero."""
        return torch.zeros_like(self.multiplier)


def _share(passing: Tensor, of_class: Tensor) -> Tensor:
    return (of_class * passing).sum() / of_class.sum()
