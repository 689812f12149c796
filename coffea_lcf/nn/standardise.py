"""Inputs of mean 0 and standard deviation 1, by numbers that travel with the network."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Standardise(nn.Module):
    """Shift and scale features ``(..., F)``; nothing before `measure`.

    Parameters
    ----------
    features
        Their number F.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))

    @torch.no_grad()
    def measure(self, values: Tensor) -> None:
        """Take mean and standard deviation of `values` ``(M, F)``, M at least 2.

        A constant feature is only shifted, so that it is zero.
        """
        spread = values.double().std(0)
        # an angle that is zero by convention comes with the rounding of its rotation
        constant = spread <= 1e-6 * values.double().abs().amax(0)
        self.mean.copy_(values.double().mean(0))
        self.scale.copy_(torch.where(constant, 1.0, spread))

    def forward(self, values: Tensor) -> Tensor:
        """Return ``(values - mean) / scale``."""
        return (values - self.mean) / self.scale
