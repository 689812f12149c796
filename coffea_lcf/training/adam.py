"""Stochastic gradient training of learnable cuts, as in the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.losses import masked_bce_slope
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.training.data import Batch, TrainingData
from coffea_lcf.training.sample import EVERYTHING, Sample


@dataclass(frozen=True)
class Adam:
    """Adam on shuffled batches.

    All repeats see the same batches, so that their spread is that of the random
    starts; fits with other seeds spread more.

    Parameters
    ----------
    learning_rate
        Step size.
    batch_size
        Events of a step; the last, smaller batch of an epoch is used too.
    epochs
        Most passes over the events.

    References
    ----------
    The defaults are the recipe of arXiv:2503.22498.
    """

    learning_rate: float = 1e-3
    batch_size: int = 512
    epochs: int = 200
    name: str = "adam"

    def samples(self, label: NDArray[np.bool_], seed: int) -> tuple[Sample, ...]:
        """Return the events of the training: everything."""
        return (EVERYTHING,)

    def replicas(
        self, weight: Tensor, stands: Tensor, repeats: int, generator: torch.Generator
    ) -> Tensor:
        """Return `weight` itself: repeats differ by their random starts."""
        return weight

    def nominal(self, losses: Tensor) -> int:
        """Return which repeat is the result: the one with the lowest loss."""
        return int(losses.argmin())

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
        """Move `cuts` down the gradient of the masked loss on `data`.

        `generator`, on the CPU, shuffles the events. `record` is called with the
        number of each finished epoch and returns whether to stop. `stands` is not
        used: a row is always one event.
        """
        optimiser = torch.optim.Adam(cuts.parameters(), lr=self.learning_rate, fused=True)
        record(0)
        for epoch in range(self.epochs):
            order = torch.randperm(data.rows, generator=generator).to(data.device)
            for batch in data.shuffled(order).batches(self.batch_size):
                _set_gradients(cuts, batch, strategy.gate(cuts, batch.x, threshold))
                optimiser.step()
            if record(epoch + 1):
                return

    def finish(
        self, cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
    ) -> None:
        """Leave the importance as it was learned."""


@torch.no_grad()
def _set_gradients(cuts: LearnableCuts, batch: Batch, gate: Tensor | None) -> None:
    """Set the gradients of the loss of all repeats on `batch`.

    With the derivatives ``g = Σ_n z_n ∂L/∂logit_n`` of the effective slopes ``w s``,
    those of slopes and importance are ``g s`` and ``q = Σ_sides g w``, and through
    the softmax ``∂L/∂theta_i = s_i (q_i − Σ_j s_j q_j)``.
    """
    logits = cuts(batch.z, batch.above)
    terms = masked_bce_slope(logits, batch.label, batch.weight, gate)
    terms = torch.stack((terms * batch.z, terms))
    upper = torch.where(batch.above, terms, 0.0).sum(2)
    slope, offset = torch.stack((terms.sum(2) - upper, upper), 2)
    importance = cuts.importance()
    pull = importance * (slope * cuts.slope).sum(1)
    cuts.slope.grad = slope * importance.unsqueeze(1)
    cuts.offset.grad = offset
    cuts.theta.grad = pull - importance * pull.sum(-1, keepdim=True)
