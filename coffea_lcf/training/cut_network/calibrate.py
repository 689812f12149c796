"""A skim met by counting: boundaries that do nothing open, the others move to the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import FitError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.budget import Constraint

IDLE = 0.02
"""Share of the background that passes which a boundary has to reject, or it is opened."""


def simplified(selection: Selection, table: ObservableTable) -> Selection:
    """Return `selection` without the boundaries that reject next to no background.

    Each boundary in turn, the idlest first, is opened if the background that passes grows
    by no more than the share `IDLE`.
    """
    background = table.select(~table.label)
    while True:
        kept = _kept(selection, background)
        options = [
            replace(selection, cuts=_exchanged(selection.cuts, index, one))
            for index, cut in enumerate(selection.cuts)
            for one in _opened(cut)
        ]
        grown = [_kept(option, background) for option in options]
        if not grown or min(grown) > kept * (1.0 + IDLE):
            return selection
        selection = options[int(np.argmin(grown))]
        cut_still = selection.observables
        unused = tuple(name for name in table.names if name not in cut_still)
        selection = replace(selection, unused=unused)


def calibrated(
    selection: Selection,
    table: ObservableTable,
    constraint: Constraint,
    scales: Mapping[str, float],
) -> Selection:
    """Return `selection` with all boundaries moved alike until the constraint is just met.

    Parameters
    ----------
    selection
        Hard cuts near their budget.
    table
        The events to count.
    constraint
        What has to hold.
    scales
        Width by observable: boundaries move by the same share of it, in or out.

    Raises
    ------
    FitError
        If there is no boundary to move.
    """
    if not selection.cuts:
        msg = f"no cut is left to keep {constraint}: raise stiffness or rate, or the epochs"
        raise FitError(msg)
    events = table.select(table.label == constraint.signal)
    margin = margins(selection, events, scales)
    order = np.argsort(-margin, kind="stable")
    shares = np.cumsum(events.weight[order]) / events.weight.sum()
    at = int(np.argmin(np.abs(shares - constraint.efficiency)))
    after = min(at + 1, len(order) - 1)
    return moved_out(selection, -0.5 * float(margin[order[at]] + margin[order[after]]), scales)


def margins(
    selection: Selection, table: ObservableTable, scales: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return by how many scales each event is inside of all cuts, negative outside, ``(N,)``."""
    margin = np.full(len(table), np.inf)
    for cut in selection.cuts:
        values = table[cut.observable].astype(np.float64)
        above = np.inf if cut.lower is None else values - cut.lower
        below = np.inf if cut.upper is None else cut.upper - values
        inside = np.maximum(-above, -below) if cut.case == "edge" else np.minimum(above, below)
        np.minimum(margin, inside / scales[cut.observable], out=margin)
    return margin


def moved_out(selection: Selection, distance: float, scales: Mapping[str, float]) -> Selection:
    """Return `selection` with every boundary `distance` scales looser, tighter if negative.

    An edge whose boundaries meet lets everything pass and is dropped.
    """
    cuts: list[Cut] = []
    unused = list(selection.unused)
    for cut in selection.cuts:
        step = distance * scales[cut.observable] * (-1.0 if cut.case == "edge" else 1.0)
        lower = None if cut.lower is None else cut.lower - step
        upper = None if cut.upper is None else cut.upper + step
        if cut.case == "edge" and lower is not None and upper is not None and lower >= upper:
            unused.append(cut.observable)
        else:
            cuts.append(replace(cut, lower=lower, upper=upper))
    return replace(selection, cuts=tuple(cuts), unused=tuple(unused))


def _kept(selection: Selection, events: ObservableTable) -> float:
    return float(events.weight[selection.mask(events)].sum())


def _opened(cut: Cut) -> list[Cut | None]:
    """Return the cut with one boundary fewer, in each way there is; None for no cut."""
    if cut.case == "middle":
        return [
            replace(cut, case="right", upper=None),
            replace(cut, case="left", lower=None),
        ]
    return [None]


def _exchanged(cuts: tuple[Cut, ...], index: int, one: Cut | None) -> tuple[Cut, ...]:
    return (*cuts[:index], *((one,) if one else ()), *cuts[index + 1 :])
