"""Stacks of linear layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def mlp(widths: Sequence[int], dropout: Sequence[float] = ()) -> nn.Sequential:
    """Return linear layers with a ReLU after each but the last.

    Parameters
    ----------
    widths
        Width of the input and of every layer, at least two.
    dropout
        Share of the units that are dropped after each ReLU, from the first; none where the
        sequence has ended.
    """
    layers: list[nn.Module] = []
    shares = [*dropout, *[0.0] * len(widths)]
    for (before, after), share in zip(pairwise(widths[:-1]), shares, strict=False):
        layers += [nn.Linear(before, after), nn.ReLU()]
        if share:
            layers.append(nn.Dropout(share))
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))


def rectified_mlp(widths: Sequence[int]) -> nn.Sequential:
    """Return linear layers of the widths `widths` with a ReLU after each."""
    return nn.Sequential(*mlp(widths), nn.ReLU())
