"""From the hard cuts of all repeats to selections: which cuts have a say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.selection import Case, Cut, Selection
from coffea_lcf.table import ObservableTable

BASELINE = 0.05
"""Share of the mean importance below which an observable has no say (arXiv:2503.22498)."""


def selections(
    hard: HardCuts, importance: NDArray[np.float64], table: ObservableTable, threshold: float
) -> tuple[Selection, ...]:
    """Return the selection of each repeat.

    An observable gets no cut if its importance is below ``0.05 / F``, or if its
    boundaries are no numbers, lie outside of the events or exclude nothing.

    Parameters
    ----------
    hard
        Cuts of R repeats on F observables.
    importance
        Shape ``(R, F)``.
    table
        The training events.
    threshold
        The threshold that `hard` was made with.
    """
    found = []
    for repeat in range(len(importance)):
        cuts, unused = [], []
        for i, name in enumerate(table.names):
            cut = _cut(hard, repeat, i, name, table)
            if cut is None or importance[repeat, i] <= BASELINE / len(table.names):
                unused.append(name)
            else:
                cuts.append(replace(cut, importance=float(importance[repeat, i])))
        found.append(Selection(tuple(cuts), tuple(unused), threshold))
    return tuple(found)


def _cut(hard: HardCuts, repeat: int, i: int, name: str, table: ObservableTable) -> Cut | None:
    """Return the cut of one observable, or None if it excludes nothing."""
    column, unit = table[name], table.unit(name)
    ends = float(hard.lower[repeat, i]), float(hard.upper[repeat, i])
    if not ends[0] < ends[1]:
        return None
    low, high = float(column.min()), float(column.max())
    # a boundary outside of the events says nothing: that side is open
    lower, upper = (end if low <= end <= high else None for end in ends)
    if lower is None and upper is None:
        return None
    if lower is not None and upper is not None:
        case: Case = "edge" if hard.edge[repeat, i] else "middle"
        return Cut(name, case, lower, upper, unit)
    if hard.edge[repeat, i]:
        # the lower boundary of an edge is where its left side ends
        lower, upper = upper, lower
    if lower is not None:
        return Cut(name, "right", lower=lower, unit=unit)
    return Cut(name, "left", upper=upper, unit=unit)


def without_uninformative(
    selection: Selection, table: ObservableTable, min_significance: float
) -> Selection:
    """Return `selection` without cuts that keep the same share of both classes.

    Each cut is judged on the events that pass the cuts before it, by the
    difference of the two efficiencies in units of its statistical error.
    """
    kept: list[Cut] = []
    unused = list(selection.unused)
    alive = np.ones(len(table), dtype=np.bool_)
    for cut in selection.cuts:
        passed = cut.mask(table[cut.observable])
        if _separation(passed[alive], table.select(alive)) < min_significance:
            unused.append(cut.observable)
        else:
            kept.append(cut)
            alive &= passed
    return replace(selection, cuts=tuple(kept), unused=tuple(unused))


def _separation(passed: NDArray[np.bool_], table: ObservableTable) -> float:
    """Return ``|ε_s − ε_b|`` over its error, from the effective numbers of events."""
    efficiency, effective = [], []
    for rows in (table.label, ~table.label):
        weight = table.weight[rows]
        total = weight.sum()
        if total <= 0:
            return np.inf
        efficiency.append(weight[passed[rows]].sum() / total)
        effective.append(total**2 / np.square(weight).sum())
    common = float(np.average(efficiency, weights=effective))
    variance = max(common * (1.0 - common), 0.0) * sum(1.0 / n for n in effective)
    return float(abs(efficiency[0] - efficiency[1]) / np.sqrt(variance)) if variance else 0.0


def with_spread(nominal: Selection, repeats: tuple[Selection, ...]) -> Selection:
    """Return `nominal` with the standard deviations of its cuts over the repeats.

    Only repeats in which the observable has a cut of the same case count.
    """
    by_observable = [{cut.observable: cut for cut in one.cuts} for one in repeats]
    cuts = []
    for cut in nominal.cuts:
        alike = [cuts[cut.observable] for cuts in by_observable if cut.observable in cuts]
        alike = [other for other in alike if other.case == cut.case]
        cuts.append(
            replace(
                cut,
                importance_spread=_spread([other.importance for other in alike]),
                lower_spread=_spread([other.lower for other in alike]),
                upper_spread=_spread([other.upper for other in alike]),
            )
        )
    return replace(nominal, cuts=tuple(cuts))


def _spread(values: list[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return float(np.std(numbers, ddof=1)) if len(numbers) > 1 else None
