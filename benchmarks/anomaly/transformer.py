"""L-GATr-slim (arXiv:2512.17011) in the place of the message passing of our encoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.nn.lorentz.irreps import Irreps


class TransformerGraph(nn.Module):
    """Attention between the particles of a jet, with features as those of `LorentzGraph`.

    Parameters
    ----------
    channels
        Number C of scalars and of vectors a particle.
    blocks, heads
        Size of the transformer.
    """

    def __init__(self, channels: int, blocks: int = 3, heads: int = 2) -> None:
        super().__init__()
        from lgatr import LGATrSlim

        sizes = {f"{place}_{kind}_channels": channels
                 for place in ("in", "hidden", "out") for kind in ("v", "s")}  # fmt: skip
        self.network = LGATrSlim(num_blocks=blocks, num_heads=heads, **sizes)

    def forward(self, p4: Tensor, features: Irreps, mask: Tensor) -> Irreps:
        """Return the features after all blocks, zero in empty slots; the momenta are in them."""
        vectors, scalars = self.network(
            features.vectors, features.scalars, attn_mask=mask[:, None, None]
        )
        return Irreps(scalars, vectors).masked(mask)


def transformer(seed: int) -> LorentzAutoencoder:
    """Return an LGAE whose encoder is L-GATr-slim, with about as many parameters."""
    settings = LGAESettings()
    model = LorentzAutoencoder(settings, seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model.encoder.graph = TransformerGraph(settings.channels)
    return model
