r"""Soft cuts: a step that has a gradient.

A soft cut maps the margin by which an event passes, in any unit, and a slope, in the
inverse of it, to how far the event counts as passing. For slopes that grow without end
each becomes the hard cut ``margin > 0``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor


class SoftCut(Protocol):
    """Anything that turns margins into shares that pass."""

    def __call__(self, margin: Tensor, slope: Tensor | float) -> Tensor:
        """Return how far an event of that margin passes, in [0, 1], in the shape of `margin`."""
        ...


@dataclass(frozen=True)
class Sigmoid:
    r"""Logistic step :math:`\sigma(k m)`, with tails that fall exponentially."""

    def __call__(self, margin: Tensor, slope: Tensor | float) -> Tensor:
        """Return ``1 / (1 + exp(-slope margin))``."""
        return torch.sigmoid(slope * margin)


@dataclass(frozen=True)
class Erf:
    r"""Gaussian step :math:`(1 + \mathrm{erf}(k m)) / 2`, with tails that fall faster."""

    def __call__(self, margin: Tensor, slope: Tensor | float) -> Tensor:
        """Return ``(1 + erf(slope margin)) / 2``."""
        return 0.5 * (1.0 + torch.erf(slope * margin))


@dataclass(frozen=True)
class StraightThrough:
    """The hard cut itself, with the gradient of a soft one.

    Parameters
    ----------
    surrogate
        The soft cut whose gradient is taken.

    References
    ----------
    Bengio, Léonard, Courville, "Estimating or propagating gradients through stochastic
    neurons", arXiv:1308.3432.
    """

    surrogate: SoftCut = field(default_factory=Sigmoid)

    def __call__(self, margin: Tensor, slope: Tensor | float) -> Tensor:
        """Return 1 where ``margin > 0`` and else 0."""
        return straight_through(margin > 0, self.surrogate(margin, slope))


def straight_through(hard: Tensor, soft: Tensor) -> Tensor:
    """Return the values of `hard`, bool, with the gradient of `soft`; both of one shape."""
    # soft - soft is exactly zero, so that not even the last digit of `hard` changes
    return hard.to(soft.dtype) + (soft - soft.detach())
