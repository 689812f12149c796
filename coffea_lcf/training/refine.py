"""From the minimum on a sample to the minimum on very many events."""

from __future__ import annotations

import torch
from torch import Tensor

from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy, Parallel
from coffea_lcf.training.columns import Columns
from coffea_lcf.training.data import TrainingData
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
    """
    effective, weight, gained = cuts.effective(), events.weight, []
    distance = cuts.importance() - cuts.importance()[:1]
    for i, x in enumerate(events.observables):
        one = cuts.nominal(slice(i, i + 1))
        column = _binned(Column(x, events.label, weight), one)
        settle(one, column)
        effective[:, :, i] += one.effective()[0, :, 0] - effective[0, :, i]
        data = TrainingData(column.x.unsqueeze(1), column.label, column.weight, one)
        gained.append(gains(one, data, Parallel(), threshold)[0, 0])
        hard = strategy.leaves(one, threshold)
        if hard is not None and i + 1 < len(events.observables):
            weight = weight.clone() if weight is events.weight else weight
            _leave(hard, Column(x, events.label, weight))
    cuts.set_effective(effective)
    cuts.set_importance((shares(torch.stack(gained)) + distance).clamp_min(0.0))


def _binned(column: Column, one: LearnableCuts) -> Column:
    """Return the bins of `column` as events, or `column` itself where they hide too much."""
    sample = column.x[:: max(len(column.x) // SAMPLE, 1)]
    bins = Bins.around(float(one.centers), sample)
    if _hidden(one, bins, sample) * len(column.x) ** 0.5 > UNRESOLVED:
        return column
    return as_events(bins.fill(column), positions(bins, sample))


def _hidden(one: LearnableCuts, bins: Bins, sample: Tensor) -> float:
    """Return the mean of ``slope² p (1 - p) var`` over a sample ``(n,)``."""
    x = sample.unsqueeze(1)
    above = x > one.centers
    p = torch.sigmoid(one(one.standardised(x), above))[0]
    slope = one.effective()[0, ..., 0] / one.scale
    steep = torch.where(above, slope[1], slope[0]) ** 2 * p * (1.0 - p)
    return float((steep[:, 0] * hidden_variance(bins, sample)).mean())


def _leave(hard: HardCuts, column: Column) -> None:
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
