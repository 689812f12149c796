"""From the particles of a jet to its latent scalars and vectors: three ways, one interface."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.minkowski import square


class MeanPooling(nn.Module):
    """Mean over the particles of mixed channels.

    Parameters
    ----------
    channels
        Number C of scalars and of vectors a particle.
    scalars, vectors
        Numbers S and V of latent scalars and vectors.
    """

    def __init__(self, channels: int, scalars: int, vectors: int) -> None:
        super().__init__()
        self.scalar = nn.Linear(channels, scalars, bias=False)
        self.vector = nn.Linear(channels, vectors, bias=False)

    def forward(self, features: Irreps, mask: Tensor) -> Irreps:
        """Return the latent features of each jet.

        Parameters
        ----------
        features
            Shapes ``(B, N, C)`` and ``(B, N, C, 4)``, zero in empty slots.
        mask
            Bool, shape ``(B, N)``.

        Returns
        -------
        Irreps
            Shapes ``(B, S)`` and ``(B, V, 4)``.
        """
        count = mask.sum(1).clamp_min(1).unsqueeze(-1)
        mean = features.vectors.sum(1) / count.unsqueeze(-1)
        return Irreps(
            self.scalar(features.scalars.sum(1) / count),
            self.vector(mean.transpose(-1, -2)).transpose(-1, -2),
        )


class ExtremePooling(nn.Module):
    """For each mixed channel the particles with the smallest and the largest invariant.

    The invariant is the value of a scalar and the square of a vector. Particles
    of equal squares, as massless ones have, make the choice depend on rounding.

    Parameters
    ----------
    channels
        Number C of scalars and of vectors a particle.
    scalars, vectors
        Numbers of mixed channels: the latent space has twice as many.
    """

    def __init__(self, channels: int, scalars: int, vectors: int) -> None:
        super().__init__()
        self.scalar = nn.Linear(channels, scalars, bias=False)
        self.vector = nn.Linear(channels, vectors, bias=False)

    def forward(self, features: Irreps, mask: Tensor) -> Irreps:
        """Return the latent features of each jet: as `MeanPooling`, with twice the channels."""
        scalars = self.scalar(features.scalars)
        vectors = self.vector(features.vectors.transpose(-1, -2)).transpose(-1, -2)
        places = _extremes(square(vectors), mask).unsqueeze(-1).expand(-1, -1, -1, 4)
        return Irreps(
            scalars.gather(1, _extremes(scalars, mask)).flatten(1),
            vectors.gather(1, places).flatten(1, 2),
        )


class MixPooling(nn.Module):
    """One linear map of all places together.

    The places have weights of their own, so that the particles must come in an
    order that all frames share; see `coffea_lcf.nn.lorentz.ordering.leading`.

    Parameters
    ----------
    slots
        Number N of places.
    channels
        Number C of scalars and of vectors a particle.
    scalars, vectors
        Numbers S and V of latent scalars and vectors.
    """

    def __init__(self, slots: int, channels: int, scalars: int, vectors: int) -> None:
        super().__init__()
        self.scalar = nn.Linear(slots * channels, scalars, bias=False)
        self.vector = nn.Linear(slots * channels, vectors, bias=False)

    def forward(self, features: Irreps, mask: Tensor) -> Irreps:
        """Return the latent features of each jet; shapes as for `MeanPooling`."""
        together = features.masked(mask)
        vectors = together.vectors.flatten(1, 2).transpose(-1, -2)
        return Irreps(
            self.scalar(together.scalars.flatten(1)), self.vector(vectors).transpose(-1, -2)
        )


def _extremes(invariant: Tensor, mask: Tensor) -> Tensor:
    """Return the places of the smallest and largest invariant, shape ``(B, 2, C)``."""
    empty = ~mask.unsqueeze(-1)
    smallest = invariant.masked_fill(empty, torch.inf).argmin(1)
    largest = invariant.masked_fill(empty, -torch.inf).argmax(1)
    return torch.stack([smallest, largest], 1)
