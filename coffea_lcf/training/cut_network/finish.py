r"""The exact end of a joint training: boundaries that counted events cannot improve.

With the network as it is, event n is worth :math:`v_n = w_n [\mathrm{BCE}(y_n, r) -
\mathrm{BCE}(y_n, p_n)]` if it passes, with r the odds of the events that fail. The loss of
the skim is linear in what passes, and its best box under the budget is that of most value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch.nn.functional import binary_cross_entropy_with_logits

from coffea_lcf.cuts.cut_network import SkimModel
from coffea_lcf.cuts.joint import BoxCuts, Events, polish
from coffea_lcf.cuts.skim_loss import skim_loss
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.events import SkimEvents, log_odds

MOST_PRICES = 6
"""Prices that are tried; the calibration that follows needs no exact one."""

NEAR = 0.03
"""Relative distance from the budget at which a price is taken."""

SMALLEST = 1e-6
"""Efficiency and price below which they count as this."""


@dataclass(frozen=True)
class Priced:
    """Value of what passes, less the price of the constraint: an objective."""

    constraint: Constraint
    value: float
    price: float

    def score(self, value: ArrayLike, efficiency: ArrayLike) -> NDArray[np.float64]:
        """Return the score of shares of the value and efficiencies of the bounded class."""
        # linear: a logarithm would pay without end for a skim that keeps nothing
        excess = np.asarray(efficiency) / self.constraint.efficiency - 1.0
        paid = self.constraint.sign * self.price * excess
        return np.asarray(self.value * np.asarray(value) - paid)


@torch.no_grad()
def hard_loss(
    model: SkimModel,
    events: SkimEvents,
    constraint: Constraint,
    selection: Selection,
    table: ObservableTable,
) -> float:
    """Return the loss of hard cuts, with what a floor of signal charges for background.

    The parameters are those of `valued`.
    """
    passing = torch.from_numpy(selection.mask(table)).to(events.x)
    loss = skim_loss(passing, log_odds(model, events.inputs), events.label, events.weight)
    background = events.weight * (1.0 - events.label)
    size = (background * passing).sum() / background.sum()
    return float(loss + constraint.size_price * size)


@torch.no_grad()
def valued(
    model: SkimModel,
    events: SkimEvents,
    constraint: Constraint,
    selection: Selection,
    table: ObservableTable,
) -> Events:
    """Return the value of each event, as signal, and the bounded class, as background.

    Parameters
    ----------
    model
        Its network values the events.
    events, table
        The same events, as tensors and as a table.
    constraint
        Says which class is bounded; a floor of signal charges for the background.
    selection
        The present skim, for the odds of what fails.
    """
    passing = torch.from_numpy(selection.mask(table)).to(events.x.device)
    failing = events.weight * ~passing
    signal = float((failing * events.label).sum())
    share = min(max(signal / max(float(failing.sum()), SMALLEST), SMALLEST), 1 - SMALLEST)
    odds = torch.full_like(events.label, float(np.log(share / (1 - share))))
    rejected, kept = (
        binary_cross_entropy_with_logits(found, events.label, reduction="none")
        for found in (odds, log_odds(model, events.inputs))
    )
    background = events.weight * (1.0 - events.label)
    value = events.weight * (rejected - kept) / events.weight.sum()
    value -= constraint.size_price * background / background.sum()
    bounded = np.flatnonzero(table.label == constraint.signal)
    x = table.matrix()
    return Events(
        np.concatenate([x, x[bounded]]),
        np.repeat(np.array([1, 0], np.int8), [len(x), len(bounded)]),
        np.concatenate([value.double().cpu().numpy(), table.weight[bounded]]),
    )


def finished(
    selection: Selection,
    events: Events,
    constraint: Constraint,
    price: float,
    table: ObservableTable,
) -> Selection:
    """Return the box of most value near the budget, with the cases of `selection`.

    Parameters
    ----------
    selection
        Where to start.
    events
        As from `valued`.
    constraint
        What has to hold, nearly.
    price
        First guess of the multiplier.
    table
        Names and units of the observables.

    Notes
    -----
    The odds of what fails change with the box, which the linear value does not know: far
    from the start, as for tight budgets, the box that is found can be worse. Compare both
    by `hard_loss`.
    """
    total = events.total(1)
    start = _box(selection, table)
    given = dict(enumerate(start.cases))
    low, high = 0.0, np.inf
    price = max(price, SMALLEST)
    tried: list[tuple[float, BoxCuts]] = []
    for _ in range(MOST_PRICES):
        objective = Priced(constraint, total, price)
        box = polish(events, start, objective.score, directions=given)
        excess = constraint.sign * np.log(
            max(box.background_efficiency, SMALLEST) / constraint.efficiency
        )
        tried.append((float(abs(excess)), box))
        if abs(excess) < NEAR:
            break
        low, high = (price, high) if excess > 0 else (low, price)
        price = 2.0 * low if np.isinf(high) else np.sqrt(max(low, high / 9) * high)
    _, nearest = min(tried, key=lambda one: one[0])
    return _selection(nearest, table)


def _box(selection: Selection, table: ObservableTable) -> BoxCuts:
    cuts = {cut.observable: cut for cut in selection.cuts}
    found = [cuts.get(name) for name in table.names]
    ends = np.array(
        [
            [np.nan if cut is None or end is None else end for cut, end in side]
            for side in (
                [(cut, cut and cut.lower) for cut in found],
                [(cut, cut and cut.upper) for cut in found],
            )
        ],
        np.float32,
    )
    return BoxCuts(tuple(cut.case if cut else None for cut in found), *ends)


def _selection(box: BoxCuts, table: ObservableTable) -> Selection:
    cuts, unused = [], []
    for name, case, *ends in zip(table.names, box.cases, box.lower, box.upper, strict=True):
        lower, upper = (None if np.isnan(end) else float(end) for end in ends)
        if case is None:
            unused.append(name)
        else:
            cuts.append(Cut(name, case, lower=lower, upper=upper, unit=table.unit(name)))
    return Selection(tuple(cuts), tuple(unused))
