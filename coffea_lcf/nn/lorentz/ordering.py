"""The particles of a jet in an order that every observer agrees on."""

from __future__ import annotations

import torch
from torch import Tensor

from coffea_lcf.nn.lorentz.minkowski import dot


def leading(p4: Tensor, mask: Tensor, slots: int) -> tuple[Tensor, Tensor]:
    """Return the particles with the largest energy in the rest frame of the jet, in that order.

    That energy is ``p_i·P/M`` with the jet momentum P of all particles: the order
    depends neither on the frame nor on the order of the input, and whatever
    follows may have weights for each place without breaking a symmetry. Where
    two particles have equal energies to rounding, their order is not defined.

    Parameters
    ----------
    p4
        Momenta ``(E, px, py, pz)``, shape ``(B, M, 4)``; in empty slots anything.
    mask
        True for particles, bool, shape ``(B, M)``.
    slots
        Number N of places: fewer particles leave empty ones at the end, of more
        the softest are left out.

    Returns
    -------
    tuple of Tensor
        Momenta ``(B, N, 4)``, zero in empty places, and their mask ``(B, N)``.
    """
    particles = torch.where(mask.unsqueeze(-1), p4, 0.0)
    energy = dot(particles, particles.sum(1, keepdim=True))
    order = energy.masked_fill(~mask, -torch.inf).argsort(dim=1, descending=True)[:, :slots]
    ordered = particles.gather(1, order.unsqueeze(-1).expand(-1, -1, 4))
    missing = slots - order.shape[1]
    padded = torch.nn.functional.pad(ordered, (0, 0, 0, missing))
    return padded, torch.nn.functional.pad(mask.gather(1, order), (0, missing))
