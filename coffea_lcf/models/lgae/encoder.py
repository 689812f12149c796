"""From the constituents of a jet to latent scalars and four-vectors."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.nn.lorentz.graph import LorentzGraph
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.minkowski import dot, four_velocity
from coffea_lcf.nn.lorentz.pooling import ExtremePooling, MeanPooling, MixPooling

SOFTEST = 1e-3
"""Energy in the units of the network below which its logarithm stays constant."""


class Encoder(nn.Module):
    """Constituents, message passing, pooling.

    Each constituent starts with its momentum and that of the jet as vectors, and
    with three scalars: its energy in the rest frame of the jet in two forms,
    and the mass of the jet.
    """

    def __init__(self, settings: LGAESettings) -> None:
        super().__init__()
        channels = settings.channels
        self.scalar = nn.Linear(3, channels)
        self.vector = nn.Linear(2, channels, bias=False)
        self.graph = LorentzGraph(
            settings.encoder_layers, channels, settings.bells, settings.hidden
        )
        self.pooling = _pooling(settings)

    def forward(self, p4: Tensor, mask: Tensor) -> Irreps:
        """Return the latent features of each jet.

        Parameters
        ----------
        p4
            Constituents from `coffea_lcf.nn.lorentz.ordering.leading`, in the
            units of the network, shape ``(B, N, 4)``.
        mask
            Bool, shape ``(B, N)``.

        Returns
        -------
        Irreps
            Shapes ``(B, S)`` and ``(B, V, 4)``.
        """
        jet = p4.sum(1, keepdim=True)
        count = mask.sum(1).clamp_min(1)[:, None, None]
        vectors = torch.stack([p4, (jet / count).expand_as(p4)], -1)
        features = Irreps(self.scalar(_scalars(p4, jet)), self.vector(vectors).transpose(-1, -2))
        encoded: Irreps = self.pooling(self.graph(p4, features.masked(mask), mask), mask)
        return encoded


def _scalars(p4: Tensor, jet: Tensor) -> Tensor:
    """Return log E*, E*/M and log M of each constituent, shape ``(B, N, 3)``."""
    velocity = four_velocity(jet)
    energy = dot(p4, velocity)
    mass = dot(jet, velocity).clamp_min(SOFTEST).expand_as(energy)
    return torch.stack([energy.clamp_min(SOFTEST).log(), energy / mass, mass.log()], -1)


def _pooling(settings: LGAESettings) -> nn.Module:
    sizes = (settings.channels, settings.latent_scalars, settings.latent_vectors)
    if settings.pooling == "mix":
        return MixPooling(settings.slots, *sizes)
    if settings.pooling == "mean":
        return MeanPooling(*sizes)
    return ExtremePooling(*sizes)
