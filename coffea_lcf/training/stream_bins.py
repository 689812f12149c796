"""Histograms of a stream of events, on which cuts settle as on those of a table."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.bins import BINS
from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.columns import columns
from coffea_lcf.training.histograms import Bins, as_events, positions
from coffea_lcf.training.refine import hides_too_much, leave
from coffea_lcf.training.settle import Column

CPU = torch.device("cpu")

ColumnOf = Callable[[int, LearnableCuts, HardCuts | None], Column]
"""From the number of an observable, its cut and that before it to bins as events."""


class CoarseBinsWarning(UserWarning):
    """A cut is so steep that the bins hide more than its statistical error allows."""


@dataclass(frozen=True, eq=False)
class Stream:
    """Events that come in batches, and a sample of them.

    Attributes
    ----------
    batches
        Called for each pass; returns finite events.
    scales
        Factors of the weights of background and signal.
    sample
        Some of the events.
    events
        Number of all of them.
    """

    batches: Callable[[], Iterator[ObservableTable]]
    scales: tuple[float, float]
    sample: ObservableTable
    events: int


def at_once(stream: Stream, cuts: LearnableCuts) -> ColumnOf:
    """Return the bins of all observables, from a single pass: no cut masks events."""
    bins = bins_around(cuts.centers.tolist(), stream.sample)
    return given(stream, bins, list(_fill(stream, dict(enumerate(bins)), ()).values()))


def given(stream: Stream, bins: Sequence[Bins], sums: Sequence[Tensor]) -> ColumnOf:
    """Return the `bins` of all observables, already filled: `sums` of weights ``(2, 4096)``."""

    def column_of(i: int, one: LearnableCuts, _: HardCuts | None) -> Column:
        return _column(stream, i, bins[i], sums[i], one)

    return column_of


def in_turn(stream: Stream, cuts: LearnableCuts) -> ColumnOf:
    """Return the bins of each observable when it is asked for, from a pass of its own.

    The events are those that all cuts before it leave.
    """
    bins, masks = bins_around(cuts.centers.tolist(), stream.sample), list[HardCuts]()

    def column_of(i: int, one: LearnableCuts, before: HardCuts | None) -> Column:
        if before is not None:
            masks.append(before)
        return _column(stream, i, bins[i], _fill(stream, {i: bins[i]}, masks)[i], one)

    return column_of


def bins_around(centers: Sequence[float], sample: ObservableTable) -> list[Bins]:
    """Return the bins of each observable around its center, fine where the `sample` is."""
    observables = (torch.from_numpy(column) for column in sample.columns.values())
    return [Bins.around(center, x) for center, x in zip(centers, observables, strict=True)]


def _fill(stream: Stream, bins: dict[int, Bins], masks: Sequence[HardCuts]) -> dict[int, Tensor]:
    """Return the sums of weights ``(2, 4096)`` in `bins` by observable, of what `masks` leave.

    Parameters
    ----------
    masks
        Single cuts on the first observables, in order.
    """
    sums = {i: torch.zeros(2, BINS, dtype=torch.float64) for i in bins}

    def add(table: ObservableTable) -> None:
        events = columns(table, stream.scales, 1.0, CPU)
        for hard, x in zip(masks, events.observables, strict=False):
            leave(hard, Column(x, events.label, events.weight))
        for i, one in bins.items():
            sums[i] += one.fill(Column(events.observables[i], events.label, events.weight))

    # unlike a loop, a map holds no batch while the next is made
    for _ in map(add, stream.batches()):
        pass
    return sums


def _column(stream: Stream, i: int, bins: Bins, sums: Tensor, one: LearnableCuts) -> Column:
    """Return `sums` as events, with a warning if the `bins` hide too much of them."""
    name = stream.sample.names[i]
    sample = torch.from_numpy(stream.sample[name])
    if hides_too_much(one, bins, sample, stream.events):
        message = f"the cut on {name!r} is too steep for {BINS} bins around its center "
        message += f"{bins.center:.6g}: its boundaries are good to about a bin; a transform "
        message += "of the observable, or a center nearer to them, would show them better"
        warnings.warn(message, CoarseBinsWarning, stacklevel=5)
    return as_events(sums, positions(bins, sample))
