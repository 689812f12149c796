"""Particle-flow network: a function of the sum of a function of each constituent."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from coffea_lcf.models.tagger import Tagger
from coffea_lcf.nn.deep_sets import masked_sum
from coffea_lcf.nn.mlp import mlp, rectified_mlp
from coffea_lcf.nn.particles import around_axis, shares
from coffea_lcf.nn.standardise import Standardise


class PFN(Tagger):
    """Log-odds ``F(Σ Φ(x))`` of a jet, the same for every order of its constituents.

    Parameters
    ----------
    phi
        Widths of the layers of Φ, all followed by a ReLU.
    f
        Widths of the hidden layers of F.
    constituents
        How many of the hardest constituents it is meant to see.

    References
    ----------
    arXiv:1810.05165; the widths are those of arXiv:2210.04371.
    """

    def __init__(
        self,
        phi: Sequence[int] = (100, 100, 256),
        f: Sequence[int] = (100, 100, 100),
        constituents: int = 60,
    ) -> None:
        super().__init__()
        self.hyperparameters = {"phi": [*phi], "f": [*f], "constituents": constituents}
        self.constituents = constituents
        self.scaling = Standardise(3)
        self.phi = rectified_mlp([3, *phi])
        self.f = mlp([phi[-1], *f, 1])

    @torch.no_grad()
    def standardise(self, p4: Tensor, mask: Tensor) -> None:
        """Take the scales of the inputs from the training jets; shapes as for `Tagger`."""
        self.scaling.measure(shares(around_axis(p4, mask))[mask])

    def latent(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the sum that F is computed from, shape ``(B, L)``."""
        x = self.scaling(shares(around_axis(p4, mask)))
        return masked_sum(self.phi(x), mask)

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the log-odds of signal, shape ``(B,)``; shapes as for `Tagger`."""
        log_odds: Tensor = self.f(self.latent(p4, mask)).squeeze(-1)
        return log_odds
