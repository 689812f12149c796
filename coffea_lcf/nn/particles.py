"""Constituents in the frame of their jet: pt, and the distances from its axis."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

TINY = 1e-12
"""Smallest transverse momentum in GeV that a direction is computed with."""


class Particles(NamedTuple):
    """Constituents around the axis of their jet, each of shape ``(B, N)``, in empty slots zero.

    Attributes
    ----------
    pt
        Transverse momentum in GeV.
    eta, phi
        Pseudorapidity and azimuth from the axis, the azimuth in [-π, π).
    """

    pt: Tensor
    eta: Tensor
    phi: Tensor


def around_axis(p4: Tensor, mask: Tensor) -> Particles:
    """Return the constituents relative to the sum of their momenta.

    Parameters
    ----------
    p4
        (E, px, py, pz) in GeV, shape ``(B, N, 4)``; what stands in empty slots does not matter.
    mask
        Which slots hold a constituent, bool, shape ``(B, N)``.
    """
    inside = mask.unsqueeze(-1)
    axis = torch.where(inside, p4, 0.0).sum(1, keepdim=True)
    # a unit vector along x has finite derivatives, zero momentum has none
    along_x = p4.new_tensor([1.0, 1.0, 0.0, 0.0])
    pt, eta, phi = _cylindrical(torch.where(inside, p4, along_x))
    _, axis_eta, axis_phi = _cylindrical(axis)
    distance = torch.remainder(phi - axis_phi + torch.pi, 2 * torch.pi) - torch.pi
    return Particles(
        torch.where(mask, pt, 0.0),
        torch.where(mask, eta - axis_eta, 0.0),
        torch.where(mask, distance, 0.0),
    )


def shares(particles: Particles) -> Tensor:
    """Return (pt / Σpt, eta, phi), the inputs of arXiv:1810.05165, shape ``(B, N, 3)``."""
    total = particles.pt.sum(1, keepdim=True).clamp_min(TINY)
    return torch.stack([particles.pt / total, particles.eta, particles.phi], -1)


def _cylindrical(p4: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    _, px, py, pz = p4.unbind(-1)
    pt = (px**2 + py**2).clamp_min(TINY**2).sqrt()
    return pt, torch.asinh(pz / pt), torch.atan2(py, px)
