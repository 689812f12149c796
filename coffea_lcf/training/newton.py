"""Newton's method for learnable cuts: the same loss as the paper's, to its exact minimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.training.data import TrainingData
from coffea_lcf.training.distributed import counted, summed
from coffea_lcf.training.information import information
from coffea_lcf.training.newton_step import ENOUGH, RIDGE, next_step, no_step
from coffea_lcf.training.sample import EVERYTHING, Sample, drawn


@dataclass(frozen=True)
class Newton:
    """Full-batch Newton steps, all observables, sides and repeats at once.

    Given the mask, the loss of a neuron is convex in its effective slope
    ``a = w s`` and offset, so that a dozen passes over the events reach the
    minimum that 200 epochs of Adam approach. Masks of a sequential flow are
    formed anew at each step; they settle one observable after the other.

    Only ``w s`` enters the loss, so that the importance is free. It is set to the
    share of each cut in the information that all of them gain, the drop of the
    cross-entropy against a score that ignores the observable: a property of the
    data, where that of a gradient descent is a trace of its path.

    Parameters
    ----------
    max_steps
        Most Newton steps; the number of observables is added.
    tolerance
        Stop when no slope or offset moved by more than this (standardised units).
    whole
        Most events that every step goes over. The steps of a larger fit go over a
        sample; `refine` then takes it to the minimum on all events.
    start
        Events of that sample.
    """

    max_steps: int = 40
    tolerance: float = 1e-4
    whole: int = 1 << 19
    start: int = 1 << 12
    name: str = "newton"

    def samples(self, label: NDArray[np.bool_], seed: int) -> tuple[Sample, ...]:
        """Return the events that the steps go over, then those to refine on, if they are others."""
        if len(label) <= self.whole:
            return (EVERYTHING,)
        random = np.random.default_rng(seed)
        return drawn(label, self.start, random), EVERYTHING

    def replicas(
        self, weight: Tensor, stands: Tensor, repeats: int, generator: torch.Generator
    ) -> Tensor:
        """Return weights ``(R, N)``: the nominal ones, then Poisson bootstraps of them.

        Random starts would all end in the same minimum; bootstraps show how far
        it moves with the events. A row that stands for k events varies as their
        sum does, ``Poisson(k) / k``: the spread is that of all events.
        """
        counts = torch.poisson(stands.expand(repeats, len(weight)), generator=generator) / stands
        counts[0] = 1.0
        return weight * counts.to(weight.device)

    def nominal(self, losses: Tensor) -> int:
        """Return which repeat is the result: the one of the events as they are."""
        return 0

    def train(
        self,
        cuts: LearnableCuts,
        data: TrainingData,
        strategy: MaskedStrategy,
        threshold: float,
        generator: torch.Generator,
        record: Callable[[int], bool],
        stands: float = 1.0,
    ) -> None:
        """Move `cuts` to the minimum of the masked loss on `data`.

        `generator` is not used: there is nothing random here. `record` is called
        with the number of each finished step and returns whether to stop. Where a row
        `stands` for many events, bootstraps stay so close to the nominal minimum that
        they start there; the steps to it are not recorded.
        """
        effective = torch.zeros((*cuts.slope.shape, 2), dtype=torch.float64, device=data.device)
        cuts.set_effective(effective)
        if stands > 1.0:
            first = cuts.nominal()
            events = replace(data, weight=data.weight[0], cuts=first)
            self._descend(first, events, strategy, threshold, _go_on, stands)
            effective += first.effective()
            cuts.set_effective(effective)
        self._descend(cuts, data, strategy, threshold, record, stands)

    def _descend(
        self,
        cuts: LearnableCuts,
        data: TrainingData,
        strategy: MaskedStrategy,
        threshold: float,
        record: Callable[[int], bool],
        stands: float,
    ) -> None:
        effective = cuts.effective()
        record(0)
        last = no_step(effective)
        for step in range(self.max_steps + cuts.slope.shape[-1]):
            gradient, curvature = _derivatives(cuts, data, strategy, threshold)
            last = next_step(gradient, curvature, last)
            effective -= last.move
            cuts.set_effective(effective)
            if record(step + 1) or (last.move.abs() < self._settled(curvature, stands)).all():
                break

    def _settled(self, curvature: Tensor, stands: float) -> Tensor | float:
        """Return the move at which a cut rests: of a sample a part of its bootstraps' spread."""
        if stands <= 1.0:
            return self.tolerance
        error = torch.linalg.inv(curvature).diagonal(dim1=-2, dim2=-1).sqrt()
        allowed: Tensor = (ENOUGH * error / stands**0.5).clamp_min(self.tolerance)
        return allowed

    def finish(
        self, cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
    ) -> None:
        """Set the importance of the trained `cuts` to their shares of the information."""
        cuts.set_importance(information(cuts, data, strategy, threshold))


def _go_on(_: int) -> bool:
    return False


@torch.no_grad()
def _derivatives(
    cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
) -> tuple[Tensor, Tensor]:
    """Return gradient ``(R, 2, F, 2)`` and curvature ``(R, 2, F, 2, 2)`` in (slope, offset).

    The curvature takes the size of negative weights, so that it stays positive.
    """
    shape = cuts.slope.shape
    sums = torch.zeros((2, 5, shape[0], shape[2]), dtype=torch.float64, device=data.device)
    for batch in data.chunks():
        weight = batch.weight
        gate = strategy.gate(cuts, batch.x, threshold)
        if gate is not None:
            weight = weight * gate
        p = torch.sigmoid(cuts(batch.z, batch.above))
        residual, bend = (p - batch.label) * weight, p * (1.0 - p) * weight.abs()
        terms = (residual * batch.z, residual, bend * batch.z**2, bend * batch.z, bend)
        # products with 0 or 1 take a quarter of the time of a choice
        above = batch.above.to(batch.z.dtype)
        for k, term in enumerate(terms):
            upper = (term * above).sum(1)
            sums[1, k] += upper
            sums[0, k] += term.sum(1) - upper
    slope, offset, bend2, bend1, bend0 = summed(sums).permute(1, 2, 0, 3)
    ridge = RIDGE * counted(data.rows)
    gradient = torch.stack((slope, offset), -1)
    curvature = torch.stack(
        (torch.stack((bend2 + ridge, bend1), -1), torch.stack((bend1, bend0 + ridge), -1)), -2
    )
    return gradient, curvature
