"""Events as tensors, handed out in chunks that fit the cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.training.columns import Columns

CHUNK = 131_072
"""Logits of a chunk, over events, observables and repeats: its temporaries stay in the cache."""


@dataclass(frozen=True)
class Batch:
    """Some events, ready for the cuts.

    Attributes
    ----------
    x, z
        Observables in their units and standardised, shape ``(N, F)``.
    above
        Whether the event is above the center, shape ``(N, F)``.
    label
        1 for signal, 0 for background, shape ``(N, 1)``.
    weight
        Event weights of mean 1, shape ``(N, F)`` or ``(R, N, F)``; zero on the center.
    """

    x: Tensor
    z: Tensor
    above: Tensor
    label: Tensor
    weight: Tensor

    def split(self, size: int) -> Iterator[Batch]:
        """Yield the events in order, `size` rows at a time, without copying them."""
        columns = (self.x, self.z, self.above, self.label, self.weight)
        for views in zip(*(torch.split(column, size, -2) for column in columns), strict=True):
            yield Batch(*views)


@dataclass(frozen=True)
class TrainingData:
    """Events of a fit on one device.

    Parameters
    ----------
    x
        Observables, float32, shape ``(N, F)``, finite.
    label
        1 for signal, 0 for background, float32, shape ``(N,)``.
    weight
        Event weights of mean 1, float32, shape ``(N,)`` or, for replicas, ``(R, N)``.
    cuts
        Gives centers and standardisation.
    """

    x: Tensor
    label: Tensor
    weight: Tensor
    cuts: LearnableCuts

    @property
    def rows(self) -> int:
        """Number of events."""
        return len(self.x)

    @property
    def device(self) -> torch.device:
        """Where the events are."""
        return self.x.device

    def batch(self, rows: slice | Tensor) -> Batch:
        """Return the events `rows`."""
        x = self.x[rows]
        z = self.cuts.standardised(x)
        above = x > self.cuts.centers
        # an event exactly on a center belongs to neither neuron
        weight = self.weight[..., rows].unsqueeze(-1) * (x != self.cuts.centers)
        return Batch(x, z, above, self.label[rows].unsqueeze(-1), weight)

    @property
    def chunk_rows(self) -> int:
        """Number of events in a chunk."""
        return max(CHUNK // self.cuts.theta.numel(), 1)

    def chunks(self, size: int | None = None) -> Iterator[Batch]:
        """Yield all events in order, `size` rows at a time, by default `chunk_rows`."""
        size = size or self.chunk_rows
        for start in range(0, self.rows, size):
            yield self.batch(slice(start, start + size))

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield all events in order, `size` rows at a time, for steps of few events.

        A whole chunk is standardised at once: for each batch on its own it would
        cost as much as the step.
        """
        for chunk in self.chunks(max(self.chunk_rows // size, 1) * size):
            yield from chunk.split(size)

    def part(self, rows: slice) -> TrainingData:
        """Return the events `rows`, without copying them."""
        return TrainingData(self.x[rows], self.label[rows], self.weight[..., rows], self.cuts)

    def shuffled(self, order: Tensor) -> TrainingData:
        """Return the events in `order`."""
        weight = self.weight[..., order]
        return TrainingData(self.x[order], self.label[order], weight, self.cuts)


def training_data(events: Columns, cuts: LearnableCuts) -> TrainingData:
    """Return `events` row by row."""
    return TrainingData(torch.stack(events.observables, 1), events.label, events.weight, cuts)
