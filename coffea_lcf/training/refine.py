"""From the minimum on a sample to the minimum on very many events."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy, Parallel
from coffea_lcf.training.columns import Columns
from coffea_lcf.training.data import TrainingData
from coffea_lcf.training.distributed import own_rows, summed
from coffea_lcf.training.histograms import Bins, as_events, hidden_variance, positions
from coffea_lcf.training.information import gains, shares
from coffea_lcf.training.settle import Column, settle

SAMPLE = 1 << 13
"""Events that tell where those of a bin are."""

UNRESOLVED = 0.05
"""Most that bins may hide: ``sqrt(N)`` times the mean of ``slope² p (1 - p) var``.

With the variance var within bins it is at least twice what a gradient is wrong by, over
``sqrt(N)``, and the statistical error of a gradient is ``sqrt(N p (1 - p))``.
"""


@torch.no_grad()
def refine(
    cuts: LearnableCuts, events: Columns, strategy: MaskedStrategy, threshold: float
) -> None:
    """Move the first repeat of `cuts` to the minimum on `events`, the others along with it.

    The cuts settle one after the other, each on a histogram of the events that those
    before it leave: a single pass over an observable, however many steps it takes. The
    importance becomes the shares of the information on those events.

    Parameters
    ----------
    cuts
        Near the minimum. The repeats keep their distances to the first.
    events
        All of them: each process sums over its own.
    """
    own = own_rows(len(events.label))
    label, weight = events.label[own], events.weight

    def column(i: int, one: LearnableCuts, before: HardCuts | None) -> Column:
        nonlocal weight
        if before is not None:
            weight = weight.clone() if weight is events.weight else weight
            leave(before, Column(events.observables[i - 1][own], label, weight[own]))
        x = events.observables[i]
        return _binned(x, Column(x[own], label, weight[own]), one)

    settle_in_turn(cuts, column, strategy, threshold)


@torch.no_grad()
def settle_in_turn(
    cuts: LearnableCuts,
    column_of: Callable[[int, LearnableCuts, HardCuts | None], Column],
    strategy: MaskedStrategy,
    threshold: float,
) -> None:
    """Move cut after cut to the minimum, as `refine` does.

    Parameters
    ----------
    column_of
        Gives the events, or bins, of an observable that reach its cut: of its number,
        its cut as it starts, and what the cut before it leaves, None for all.
    """
    effective, gained, hard = cuts.effective(), [], None
    distance = cuts.importance() - cuts.importance()[:1]
    for i in range(len(cuts.centers)):
        one = cuts.nominal(slice(i, i + 1))
        column = column_of(i, one, hard)
        settle(one, column)
        effective[:, :, i] += one.effective()[0, :, 0] - effective[0, :, i]
        data = TrainingData(column.x.unsqueeze(1), column.label, column.weight, one)
        gained.append(gains(one, data, Parallel(), threshold)[0, 0])
        hard = strategy.leaves(one, threshold)
    cuts.set_effective(effective)
    cuts.set_importance((shares(torch.stack(gained)) + distance).clamp_min(0.0))


def _binned(x: Tensor, column: Column, one: LearnableCuts) -> Column:
    """Return the bins of `column` as events, or `column` itself where they hide too much.

    All processes choose the bins by all of `x`, add up what they fill from their own
    `column`, and get a part of the bins each.
    """
    sample = x[:: max(len(x) // SAMPLE, 1)]
    bins = Bins.around(float(one.centers), sample)
    if hides_too_much(one, bins, sample, len(x)):
        return column
    binned = as_events(summed(bins.fill(column)), positions(bins, sample))
    return binned.part(own_rows(len(binned.x)))


def hides_too_much(one: LearnableCuts, bins: Bins, sample: Tensor, events: int) -> bool:
    """Return whether `bins` hide more than `UNRESOLVED` of so many events, by a sample of them."""
    return _hidden(one, bins, sample) * math.sqrt(events) > UNRESOLVED


def _hidden(one: LearnableCuts, bins: Bins, sample: Tensor) -> float:
    """Return the mean of ``slope² p (1 - p) var`` over a sample ``(n,)``."""
    x = sample.unsqueeze(1)
    above = x > one.centers
    p = torch.sigmoid(one(one.standardised(x), above))[0]
    slope = one.effective()[0, ..., 0] / one.scale
    steep = torch.where(above, slope[1], slope[0]) ** 2 * p * (1.0 - p)
    return float((steep[:, 0] * hidden_variance(bins, sample)).mean())


def leave(hard: HardCuts, column: Column) -> None:
    """Give weight zero to the events that a single cut does not leave to later ones."""
    lower, upper, edge = float(hard.lower), float(hard.upper), bool(hard.edge)
    for x, _, weight, (below, above) in column.chunks(temporaries=2):
        # comparisons into floats, which multiply several times faster than booleans
        if edge:
            torch.lt(x, lower, out=below)
            torch.gt(x, upper, out=above)
            weight.mul_(torch.maximum(below, above, out=below))
            continue
        if lower > -torch.inf:
            weight.mul_(torch.gt(x, lower, out=above))
        if upper < torch.inf:
            weight.mul_(torch.lt(x, upper, out=below))
