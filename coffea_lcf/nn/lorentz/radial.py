"""Learned functions of the invariant distance between two momenta."""

from __future__ import annotations

import torch
from torch import Tensor, nn

NARROWEST, WIDEST = 1e-2, 1e1
"""Range of the widths that the bells start with, in the units of the momenta."""


def lorentzian_bell(distance: Tensor, inverse_width: Tensor) -> Tensor:
    r"""Return :math:`1 / (1 + c_k^2 |d|)`, in (0, 1].

    Parameters
    ----------
    distance
        Invariant squares d of either sign, shape ``(B, N, N)``, in units squared.
    inverse_width
        The c_k, shape ``(K,)``, in inverse units.

    Returns
    -------
    Tensor
        Shape ``(K, B, N, N)``.
    """
    return 1.0 / (1.0 + inverse_width.square()[:, None, None, None] * distance.abs())


class LorentzianBells(nn.Module):
    """Bells of learned widths and a constant, of which layers make their filters.

    Parameters
    ----------
    count
        Number K of bells; their widths start evenly in the logarithm.

    References
    ----------
    Hao et al., "Lorentz group equivariant autoencoders", arXiv:2212.07347, where
    each bell has a constant of its own; in a sum of bells one is enough.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        widths = torch.logspace(0.0, 1.0, count, base=WIDEST / NARROWEST) * NARROWEST
        self.log_inverse_width = nn.Parameter(-widths.log())

    def forward(self, distance: Tensor) -> Tensor:
        """Return K bells and 1 at invariant squares ``(B, N, N)``, shape ``(K + 1, B, N, N)``."""
        bells = lorentzian_bell(distance, self.log_inverse_width.exp())
        return torch.cat([bells, torch.ones_like(bells[:1])])
