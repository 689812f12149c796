"""Particle-flow interaction network: a PFN that is also told about pairs of constituents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.nn.deep_sets import masked_sum
from coffea_lcf.nn.mlp import mlp, rectified_mlp
from coffea_lcf.nn.pairwise import (
    FEATURES,
    filled_pairs,
    pair_features,
    pair_numbers,
    to_both_members,
)
from coffea_lcf.nn.particles import Particles, around_axis, shares
from coffea_lcf.nn.standardise import Standardise

Combination = Literal["sum", "cat"]


class PFIN(Tagger):
    """Log-odds of a jet from its constituents and their pairs, in any order.

    Each pair is embedded by ``I1``; a constituent takes the sum over its pairs, divided by
    the number of constituents, and embeds it together with its own features by ``I2``. That
    joins the embedding Φ of the constituent alone.

    Parameters
    ----------
    phi
        Widths of the layers of Φ, all followed by a ReLU.
    hidden
        Width of the two hidden layers of both I1 and I2.
    f
        Widths of the hidden layers of F.
    combination
        How the embeddings of a constituent and of its pairs meet: ``sum`` or ``cat``.
    constituents
        How many of the hardest constituents it is meant to see.

    Raises
    ------
    ConfigError
        For another combination.

    References
    ----------
    arXiv:2210.04371, whose widths these are. Features are standardised here, which takes a
    fraction of the epochs.
    """

    def __init__(
        self,
        phi: Sequence[int] = (100, 100, 64),
        hidden: int = 128,
        f: Sequence[int] = (64, 100, 100),
        combination: Combination = "sum",
        constituents: int = 60,
    ) -> None:
        super().__init__()
        if combination not in get_args(Combination):
            msg = f"combination {combination!r} is not one of {', '.join(get_args(Combination))}"
            raise ConfigError(msg)
        self.hyperparameters = {
            "phi": [*phi],
            "hidden": hidden,
            "f": [*f],
            "combination": combination,
            "constituents": constituents,
        }
        self.constituents = constituents
        self.combination = combination
        width = phi[-1]
        self.scaling, self.pair_scaling = Standardise(3), Standardise(FEATURES)
        self.phi = rectified_mlp([3, *phi])
        self.i1 = rectified_mlp([FEATURES, hidden, hidden, width])
        self.i2 = rectified_mlp([3 + width, hidden, hidden, width])
        self.f = mlp([width if combination == "sum" else 2 * width, *f, 1])

    @torch.no_grad()
    def standardise(self, p4: Tensor, mask: Tensor) -> None:
        """Take the scales of the inputs from the training jets; shapes as for `Tagger`."""
        particles = around_axis(p4, mask)
        pairs = pair_numbers(mask.shape[1], mask.device)
        self.scaling.measure(shares(particles)[mask])
        self.pair_scaling.measure(pair_features(particles, pairs)[filled_pairs(mask, pairs)])

    def interaction(self, particles: Particles, mask: Tensor) -> Tensor:
        """Return what each constituent hears from its pairs, shape ``(B, N, L)``."""
        pairs = pair_numbers(mask.shape[1], mask.device)
        embedded = self.i1(self.pair_scaling(pair_features(particles, pairs)))
        heard = to_both_members(embedded, pairs, mask)
        return heard / mask.sum(1).clamp_min(1)[:, None, None]

    def latent(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the sum that F is computed from, shape ``(B, L)`` or ``(B, 2 L)``."""
        particles = around_axis(p4, mask)
        x = self.scaling(shares(particles))
        alone, paired = self.phi(x), self.i2(torch.cat([x, self.interaction(particles, mask)], -1))
        joined = alone + paired if self.combination == "sum" else torch.cat([alone, paired], -1)
        return masked_sum(joined, mask)

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the log-odds of signal, shape ``(B,)``; shapes as for `Tagger`."""
        log_odds: Tensor = self.f(self.latent(p4, mask)).squeeze(-1)
        return log_odds
