"""TopoDNN: a dense network on the constituents of a jet that is turned to a fixed direction."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from coffea_lcf.models.tagger import Tagger
from coffea_lcf.nn.deep_sets import by_falling_pt
from coffea_lcf.nn.mlp import mlp
from coffea_lcf.nn.particles import around_axis
from coffea_lcf.nn.standardise import Standardise


class TopoDNN(Tagger):
    """Log-odds of a jet from (pt, η, φ) of its hardest constituents.

    The jet is moved so that the hardest constituent is in the origin, turned so that the
    second is straight below it, and mirrored so that most of the pt is to the right.

    Parameters
    ----------
    hidden
        Widths of the hidden layers.
    constituents
        How many of the hardest constituents are read; others are ignored.

    References
    ----------
    arXiv:1704.02124; the widths are those of arXiv:2210.04371.
    """

    def __init__(self, hidden: Sequence[int] = (300, 102, 12, 6), constituents: int = 30) -> None:
        super().__init__()
        self.hyperparameters = {"hidden": [*hidden], "constituents": constituents}
        self.constituents = constituents
        self.scaling = Standardise(3 * constituents)
        self.layers = mlp([3 * constituents, *hidden, 1])

    @torch.no_grad()
    def standardise(self, p4: Tensor, mask: Tensor) -> None:
        """Take the scales of the inputs from the training jets; shapes as for `Tagger`."""
        self.scaling.measure(self.inputs(p4, mask))

    def inputs(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return (pt in GeV, η, φ) slot by slot after the turning, shape ``(B, 3 N)``."""
        particles = around_axis(p4, mask)
        ordered = by_falling_pt(torch.stack(particles, -1), particles.pt, mask)
        missing = self.constituents - ordered.shape[1]
        ordered = pad(ordered, (0, 0, 0, max(missing, 0)))[:, : self.constituents]
        return _turned(ordered).flatten(1)

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the log-odds of signal, shape ``(B,)``; shapes as for `Tagger`."""
        log_odds: Tensor = self.layers(self.scaling(self.inputs(p4, mask))).squeeze(-1)
        return log_odds


def _turned(ordered: Tensor) -> Tensor:
    """Return (pt, η, φ) ``(B, N, 3)``, hardest first, in the fixed direction."""
    pt, eta, phi = ordered.unbind(-1)
    filled = pt > 0
    eta = torch.where(filled, eta - eta[:, :1], 0.0)
    phi = torch.where(filled, phi - phi[:, :1], 0.0)
    # where there is no second constituent, or it is no way off, nothing is turned
    below = ordered.new_tensor([[0.0, -1.0]])
    second = torch.stack([eta, phi], -1)[:, 1] if pt.shape[1] > 1 else below
    distance = second.norm(dim=-1, keepdim=True)
    second = torch.where(distance > 0, second, below)
    distance = torch.where(distance > 0, distance, 1.0)
    eta_2, phi_2 = second[:, :1], second[:, 1:]
    # divided last, so that the second constituent is exactly below the first
    turned_eta = (phi * eta_2 - eta * phi_2) / distance
    turned_phi = -(phi * phi_2 + eta * eta_2) / distance
    side = torch.where((pt * turned_eta).sum(1, keepdim=True) < 0, -1.0, 1.0)
    return torch.stack([pt, turned_eta * side, turned_phi], -1)
