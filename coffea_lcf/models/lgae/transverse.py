"""How badly an autoencoder reconstructs a jet, and how far the jet spreads across its flight."""

from __future__ import annotations

import torch
from torch import Tensor

from coffea_lcf.models.reconstruction import LIGHTEST_JET, ReconstructionError, jet_mass

SOFTEST_MOMENTUM = 1e-3
"""Momentum of a jet in GeV below which it has no axis."""


def transverse_error(target: Tensor, decoded: Tensor) -> Tensor:
    r"""Return the root of the error, times the spread across the flight of the jet.

    .. math:: \sqrt{\textstyle\sum_{\text{Chamfer}} D_u} \; \frac{\sum_i k_{T,i}^2}{M^2}

    What is left of a jet in its rest frame does not depend on how it flies, and two prongs look
    alike whichever way they point. QCD radiates along the flight, heavy particles decay in all
    directions: the second factor brings back what the symmetry hides. It is the same after
    rotations and boosts along the flight, but not after others.

    Parameters
    ----------
    target, decoded
        As for `coffea_lcf.models.reconstruction.ReconstructionError`.

    Returns
    -------
    Tensor
        In GeV, shape ``(B,)``.
    """
    return ReconstructionError()(target, decoded).sqrt() * spread(target)


def spread(p4: Tensor) -> Tensor:
    """Return the sum of squared momenta across the flight of jets, over their squared masses.

    Parameters
    ----------
    p4
        Momenta in GeV as seen in the detector, shape ``(B, N, 4)``.

    Returns
    -------
    Tensor
        Shape ``(B,)``: from 0 to 1/2, which two prongs across the flight have.
    """
    momenta = p4[..., 1:]
    jet = momenta.sum(1, keepdim=True)
    axis = jet / jet.norm(dim=-1, keepdim=True).clamp_min(SOFTEST_MOMENTUM)
    # the product loses no digits, unlike the difference of two squares of some 100 GeV
    across: Tensor = torch.linalg.cross(momenta, axis.expand_as(momenta))
    return across.square().sum((1, 2)) / jet_mass(p4).clamp_min(LIGHTEST_JET).square()
