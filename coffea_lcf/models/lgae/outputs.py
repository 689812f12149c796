"""The numbers that an autoencoder has of a jet, all of one evaluation."""

from __future__ import annotations

from itertools import combinations_with_replacement

import torch
from torch import Tensor, nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.lgae.score import SCORES, LGAEScore
from coffea_lcf.models.reconstruction import scored
from coffea_lcf.nn.lorentz.minkowski import gram


class LGAEOutputs(nn.Module):
    """All numbers that the autoencoder of `network` has of a jet.

    They are ``error`` in GeV², ``error over mass``, ``transverse error`` in GeV, as for
    `LGAEScore`; ``scalar I`` for the latent scalars; and ``product I J`` for the products of
    the latent four-vectors in GeV², with I = J for the square of one. All but the transverse
    error are the same in all frames.

    Parameters
    ----------
    network
        Gives the autoencoder.

    Attributes
    ----------
    names
        The numbers, in order.
    """

    def __init__(self, network: LGAEScore) -> None:
        super().__init__()
        self.autoencoder = network.autoencoder
        scalars, vectors = self.autoencoder.settings.latent
        pairs = combinations_with_replacement(range(vectors), 2)
        self.names = (
            *SCORES,
            *(f"scalar {number}" for number in range(scalars)),
            *(f"product {first} {second}" for first, second in pairs),
        )

    def place(self, name: str) -> int:
        """Return the place of the number `name`.

        Raises
        ------
        ConfigError
            If there is no such number.
        """
        if name not in self.names:
            msg = f"the autoencoder has no output {name!r}\n  it has   {', '.join(self.names)}"
            raise ConfigError(msg)
        return self.names.index(name)

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the K numbers of each jet, shape ``(B, K)``.

        Parameters
        ----------
        p4
            Momenta ``(E, px, py, pz)`` in GeV, shape ``(B, M, 4)``.
        mask
            True for constituents, bool, shape ``(B, M)``.
        """
        target, latent, decoded = self.autoencoder.encode_and_decode(p4, mask)
        errors = [scored(score(target, decoded), target) for score in SCORES.values()]
        row, column = torch.triu_indices(*[latent.vectors.shape[1]] * 2, device=p4.device)
        products = gram(latent.vectors, latent.vectors)[:, row, column]
        return torch.cat([torch.stack(errors, 1), latent.scalars, products], 1)
