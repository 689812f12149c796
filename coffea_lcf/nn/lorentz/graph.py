"""Several steps of message passing on one set of momenta."""

from __future__ import annotations

from torch import Tensor, nn

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.message_passing import LorentzMessagePassing, neighbour_weight
from coffea_lcf.nn.lorentz.minkowski import pair_square
from coffea_lcf.nn.lorentz.radial import LorentzianBells


class LorentzGraph(nn.Module):
    """Message passing in `layers` steps, which share the distances and their bells.

    Parameters
    ----------
    layers
        Number of steps.
    channels
        Number C of scalars and of vectors a particle.
    bells
        Number of radial functions.
    hidden
        Width of the networks on the scalars.
    """

    def __init__(self, layers: int, channels: int, bells: int, hidden: int) -> None:
        super().__init__()
        self.bells = LorentzianBells(bells)
        self.layers = nn.ModuleList(
            LorentzMessagePassing(channels, bells + 1, hidden) for _ in range(layers)
        )

    def forward(self, p4: Tensor, features: Irreps, mask: Tensor) -> Irreps:
        """Return the features after all steps.

        Parameters
        ----------
        p4
            Momenta, shape ``(B, N, 4)``; finite in empty slots too.
        features
            Shapes ``(B, N, C)`` and ``(B, N, C, 4)``, zero in empty slots.
        mask
            True for particles, bool, shape ``(B, N)``.
        """
        basis = self.bells(pair_square(p4)) * neighbour_weight(mask, p4.dtype)
        for layer in self.layers:
            features = layer(basis, p4, features, mask)
        return features
