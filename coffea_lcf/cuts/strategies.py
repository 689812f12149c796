"""How the cuts of a flow see each other while they learn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol

import torch
from torch import Tensor

from coffea_lcf.cuts.harden import HardCuts, crossings, harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.objectives import Accuracy, Objective


class MaskedStrategy(Protocol):
    """Which events each cut learns from."""

    @property
    def name(self) -> str:
        """Name of the strategy in configurations and reports."""

    def leaves(self, cuts: LearnableCuts, threshold: float) -> HardCuts | None:
        """Return the cuts that an event must pass to reach those after them, or None."""

    def gate(self, cuts: LearnableCuts, x: Tensor, threshold: float) -> Tensor | None:
        """Return which events each cut learns from, shape ``(R, N, F)``, or None for all."""


@dataclass(frozen=True)
class Parallel:
    """Every cut learns from all events; the selection is the AND of them.

    Equation of the parallel strategy in arXiv:2503.22498: M = 1.
    """

    name: str = "parallel"

    def leaves(self, cuts: LearnableCuts, threshold: float) -> None:
        """Return None: every event reaches every cut."""
        return

    def gate(self, cuts: LearnableCuts, x: Tensor, threshold: float) -> Tensor | None:
        """Return None: no event is masked."""
        return None


@dataclass(frozen=True)
class Sequential:
    """Every cut learns from the events that pass the cuts before it.

    ``M_1 = 1, M_{i+1} = M_i × (event passes hard cut i)``, without gradient. An
    event passes by the cut's own case; the reference asks both neurons of every
    cut, so that nothing passes an edge cut and the chain ends there.
    """

    name: str = "sequential"

    def leaves(self, cuts: LearnableCuts, threshold: float) -> HardCuts:
        """Return the hard cuts."""
        return harden(cuts, threshold)

    def gate(self, cuts: LearnableCuts, x: Tensor, threshold: float) -> Tensor:
        """Return the cumulative AND of the cuts before each, shape ``(R, N, F)``."""
        return _all_before(harden(cuts, threshold).passes(x))


@dataclass(frozen=True)
class Joint:
    """All cuts learn from the final decision, the AND of them.

    Gradients and moves on smoothed counts find the region, moves on exact counts
    finish it: see `coffea_lcf.cuts.joint`.

    Parameters
    ----------
    objective
        What the selection is best for.
    """

    objective: Objective = field(default_factory=Accuracy)
    name: str = "joint"


@dataclass(frozen=True)
class ReferenceSequential:
    """Every cut learns from events that pass *both neurons* of the cuts before it.

    For a middle cut that is the cut. Of a left or right cut only one neuron is, and
    the other, trained on the far side of the center, crosses the threshold a little
    elsewhere: later cuts then learn from fewer events than the selection lets pass.
    No event passes both neurons of an edge cut, so that the chain ends there. Kept to
    compare with published figures.
    """

    name: str = "reference"

    @torch.no_grad()
    def leaves(self, cuts: LearnableCuts, threshold: float) -> HardCuts:
        """Return what both neurons keep: an interval, empty for an edge."""
        boundary, right = crossings(cuts, threshold)
        lower = torch.where(right, boundary, -torch.inf).amax(1)
        upper = torch.where(right, torch.inf, boundary).amin(1)
        return HardCuts(lower, upper, torch.zeros_like(lower, dtype=torch.bool))

    @torch.no_grad()
    def gate(self, cuts: LearnableCuts, x: Tensor, threshold: float) -> Tensor:
        """Return the cumulative AND of the neurons before each cut, shape ``(R, N, F)``."""
        slope = (cuts.slope * cuts.importance().unsqueeze(1)).unsqueeze(2)
        logits = torch.addcmul(cuts.offset.unsqueeze(2), slope, cuts.standardised(x))
        return _all_before((logits > math.log(threshold / (1.0 - threshold))).all(1))


def _all_before(passes: Tensor) -> Tensor:
    """Return whether an event passes all cuts before each, bool, shape ``(R, N, F)``."""
    cuts = passes.unbind(-1)[:-1]
    first = torch.ones_like(passes[..., 0])
    return torch.stack([*accumulate(cuts, torch.logical_and, initial=first)], -1)
