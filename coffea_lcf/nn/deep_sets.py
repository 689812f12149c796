"""Sums over the constituents of a jet."""

from __future__ import annotations

import torch
from torch import Tensor


def masked_sum(values: Tensor, mask: Tensor) -> Tensor:
    """Return the sum of `values` ``(B, N, F)`` over the filled slots of `mask` ``(B, N)``."""
    return torch.where(mask.unsqueeze(-1), values, 0.0).sum(1)


def by_falling_pt(values: Tensor, pt: Tensor, mask: Tensor) -> Tensor:
    """Return `values` ``(B, N, F)`` with the hardest constituent in front, empty slots last.

    Parameters
    ----------
    values
        Features of the slots.
    pt
        Transverse momenta, shape ``(B, N)``.
    mask
        Filled slots, shape ``(B, N)``.
    """
    order = torch.where(mask, -pt, torch.inf).argsort(dim=1, stable=True)
    return values.gather(1, order.unsqueeze(-1).expand(-1, -1, values.shape[-1]))
