"""The Lorentz-group-equivariant autoencoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.models.lgae.decoder import Decoder
from coffea_lcf.models.lgae.encoder import Encoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.ordering import leading


class LorentzAutoencoder(nn.Module):
    """Encode the constituents of a jet in a few scalars and four-vectors, and decode them.

    Seen from another frame the latent scalars are the same, and the latent
    vectors and the decoded momenta are those that the frame demands. The order
    of the constituents and empty slots do not matter.

    Parameters
    ----------
    settings
        The size of the network.
    seed
        Determines the start of the parameters; torch's own random state is left
        as it was.

    References
    ----------
    Hao, Kansal, Duarte and Chernyavskaya, "Lorentz group equivariant
    autoencoders", arXiv:2212.07347. Different here: real features, an order of
    the constituents that makes ``mix`` symmetric, empty slots without effect,
    a constant scale of momentum instead of one that depends on the frame.
    """

    def __init__(self, settings: LGAESettings, seed: int = 0) -> None:
        super().__init__()
        self.settings = settings
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoder = Encoder(settings)
            self.decoder = Decoder(settings)

    def encode(self, p4: Tensor, mask: Tensor) -> Irreps:
        """Return the latent features of jets.

        Parameters
        ----------
        p4
            Momenta ``(E, px, py, pz)`` in GeV, shape ``(B, M, 4)`` for any M.
        mask
            True for constituents, bool, shape ``(B, M)``.

        Returns
        -------
        Irreps
            Scalars ``(B, S)`` and vectors ``(B, V, 4)``, these in GeV.
        """
        return self._encoded(*leading(p4, mask, self.settings.slots))

    def decode(self, latent: Irreps) -> Tensor:
        """Return the momenta in GeV, shape ``(B, N, 4)``, of latent features."""
        inside = Irreps(latent.scalars, latent.vectors / self.settings.unit)
        p4: Tensor = self.decoder(inside) * self.settings.unit
        return p4

    def forward(self, p4: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the constituents that are encoded, and the decoded ones.

        Parameters
        ----------
        p4, mask
            As for `encode`.

        Returns
        -------
        tuple of Tensor
            Momenta in GeV, both of shape ``(B, N, 4)``: the N constituents of largest
            energy in the rest frame of the jet, zero in empty slots, and those that
            were decoded. Their order is not the same.
        """
        constituents, _, decoded = self.encode_and_decode(p4, mask)
        return constituents, decoded

    def encode_and_decode(self, p4: Tensor, mask: Tensor) -> tuple[Tensor, Irreps, Tensor]:
        """Return the constituents that are encoded, the latent features and what is decoded.

        All that `encode` and `forward` return, in one evaluation.
        """
        constituents, present = leading(p4, mask, self.settings.slots)
        latent = self._encoded(constituents, present)
        return constituents, latent, self.decode(latent)

    def _encoded(self, constituents: Tensor, present: Tensor) -> Irreps:
        latent: Irreps = self.encoder(constituents / self.settings.unit, present)
        return Irreps(latent.scalars, latent.vectors * self.settings.unit)
