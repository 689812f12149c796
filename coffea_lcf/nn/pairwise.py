"""What a network is told about each pair of constituents, and back to the constituents."""

from __future__ import annotations

import torch
from torch import Tensor

from coffea_lcf.nn.particles import Particles

FEATURES = 4
"""Numbers of a pair."""

OFFSET = 1e-5
"""Added below each logarithm."""


def pair_numbers(size: int, device: torch.device | None = None) -> Tensor:
    """Return both members of each pair of `size` slots, int64, shape ``(2, P)``.

    P is ``size (size - 1) / 2``.
    """
    return torch.triu_indices(size, size, offset=1, device=device)


def pair_features(particles: Particles, pairs: Tensor) -> Tensor:
    r"""Return (ln Δ, ln kT, ln z, ln m²) of each pair, shape ``(B, P, 4)``, energies in GeV.

    With :math:`Δ^2 = Δη^2 + Δφ^2`, :math:`k_T = \min(p_T) Δ`,
    :math:`z = \min(p_T) / Σ p_T` and, of massless constituents,
    :math:`m^2 = 4 p_{Ti} p_{Tj} (\sinh^2 Δη/2 + \sin^2 Δφ/2)`, a form that keeps its digits
    at small angles. `OFFSET` is added to each before the logarithm.

    Parameters
    ----------
    particles
        Constituents in ``(B, N)``; a pair with an empty slot gets finite, meaningless numbers.
    pairs
        As `pair_numbers` returns them.

    References
    ----------
    arXiv:2210.04371, after arXiv:2202.03772.
    """
    first, second = pairs
    pt_1, pt_2 = particles.pt.index_select(1, first), particles.pt.index_select(1, second)
    eta, phi = (
        angle.index_select(1, first) - angle.index_select(1, second)
        for angle in (particles.eta, particles.phi)
    )
    softer = torch.minimum(pt_1, pt_2)
    # the root has no derivative at zero
    distance = (eta**2 + phi**2).clamp_min(1e-30).sqrt()
    share = softer / (pt_1 + pt_2).clamp_min(OFFSET)
    mass2 = 4 * pt_1 * pt_2 * (torch.sinh(eta / 2) ** 2 + torch.sin(phi / 2) ** 2)
    features = torch.stack([distance, softer * distance, share, mass2], -1)
    return (features + OFFSET).log()


def filled_pairs(mask: Tensor, pairs: Tensor) -> Tensor:
    """Return which pairs have two constituents, bool, shape ``(B, P)``."""
    first, second = pairs
    return mask.index_select(1, first) & mask.index_select(1, second)


def to_both_members(values: Tensor, pairs: Tensor, mask: Tensor) -> Tensor:
    """Return, for each slot, the sum of what its pairs with other filled slots hold.

    Parameters
    ----------
    values
        Features of the pairs, shape ``(B, P, F)``; those of pairs with an empty slot do not count.
    pairs
        As `pair_numbers` returns them.
    mask
        Filled slots, shape ``(B, N)``.

    Returns
    -------
    Tensor
        Shape ``(B, N, F)``, zero in empty slots.
    """
    jets, size = mask.shape
    filled = filled_pairs(mask, pairs)
    first_slot = torch.arange(jets, device=mask.device).unsqueeze(1) * (size + 1)
    # one slot more for each jet takes what does not count: cheaper than zeros in `values`
    total = values.new_zeros(jets * (size + 1), values.shape[-1])
    for member in pairs:
        slot = first_slot + torch.where(filled, member, size)
        total = total.index_add(0, slot.flatten(), values.flatten(0, 1))
    return total.view(jets, size + 1, values.shape[-1])[:, :size]
