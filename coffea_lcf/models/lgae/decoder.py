"""From latent scalars and four-vectors to the constituents of a jet."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.nn.lorentz.graph import LorentzGraph
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.message_passing import products


class Decoder(nn.Module):
    """A first momentum for each constituent, and message passing that improves it.

    Every place has linear maps of its own from the latent features. All decoded
    momenta lie in the space that the latent vectors span.
    """

    def __init__(self, settings: LGAESettings) -> None:
        super().__init__()
        self.slots, self.channels = settings.slots, settings.channels
        scalars, vectors = settings.latent
        pairs = vectors * (vectors + 1) // 2
        nodes = self.slots * self.channels
        self.scalar = nn.Linear(scalars + pairs, nodes)
        self.vector = nn.Linear(vectors, nodes, bias=False)
        self.first = nn.Linear(self.channels, 1, bias=False)
        self.graph = LorentzGraph(
            settings.decoder_layers, self.channels, settings.bells, settings.hidden
        )
        self.correction = nn.Linear(self.channels, 1, bias=False)

    def forward(self, latent: Irreps) -> Tensor:
        """Return momenta in the units of the network, shape ``(B, N, 4)``.

        Parameters
        ----------
        latent
            Shapes ``(B, S)`` and ``(B, V, 4)``.
        """
        start = self._start(latent)
        p4 = _one_vector(self.first, start.vectors)
        mask = torch.ones(p4.shape[:2], dtype=torch.bool, device=p4.device)
        return p4 + _one_vector(self.correction, self.graph(p4, start, mask).vectors)

    def _start(self, latent: Irreps) -> Irreps:
        scalars = self.scalar(torch.cat([latent.scalars, products(latent.vectors)], -1))
        vectors = self.vector(latent.vectors.transpose(-1, -2)).transpose(-1, -2)
        shape = (-1, self.slots, self.channels)
        return Irreps(scalars.view(shape), vectors.reshape(*shape, 4))


def _one_vector(mix: nn.Module, vectors: Tensor) -> Tensor:
    """Mix the channels of ``(B, N, C, 4)`` into one vector a particle, ``(B, N, 4)``."""
    mixed: Tensor = mix(vectors.transpose(-1, -2)).squeeze(-1)
    return mixed
