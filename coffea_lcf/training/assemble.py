"""From the hard cuts of all repeats to selections: which cuts have a say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.evaluation import parts
from coffea_lcf.selection import Case, Cut, Selection
from coffea_lcf.table import ObservableTable

BASELINE = 0.05
"""Share of the mean importance below which an observable has no say (arXiv:2503.22498)."""

FEW = 4096
"""Events whose range holds most numbers that the range of very many does."""


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
    found: list[Selection] = []
    within = [_range_test(table[name]) for name in table.names]
    for repeat in range(len(importance)):
        cuts, unused = [], []
        for i, name in enumerate(table.names):
            share = float(importance[repeat, i])
            cut = None
            if share > BASELINE / len(table.names):
                cut = _cut(hard, repeat, i, name, within[i], table.unit(name))
            if cut is None:
                unused.append(name)
            else:
                cuts.append(replace(cut, importance=share))
        found.append(Selection(tuple(cuts), tuple(unused), threshold))
    return tuple(found)


def _cut(
    hard: HardCuts, repeat: int, i: int, name: str, within: Callable[[float], bool], unit: str
) -> Cut | None:
    """Return the cut of one observable, or None if no boundary is `within` the events."""
    ends = float(hard.lower[repeat, i]), float(hard.upper[repeat, i])
    if not ends[0] < ends[1]:
        return None
    # a boundary outside of the events says nothing: that side is open
    lower, upper = (end if within(end) else None for end in ends)
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


def _range_test(column: NDArray[np.float32]) -> Callable[[float], bool]:
    """Return a function that tells whether a number is within the range of `column`."""
    few = column[:: max(len(column) // FEW, 1)]
    inner = float(few.min()), float(few.max())

    @cache
    def outer() -> tuple[float, float]:
        return float(column.min()), float(column.max())

    def within(value: float) -> bool:
        if inner[0] <= value <= inner[1]:
            return True
        return math.isfinite(value) and outer()[0] <= value <= outer()[1]

    return within


def without_uninformative(
    selection: Selection, table: ObservableTable, min_significance: float
) -> Selection:
    """Return `selection` without cuts that keep the same share of both classes.

    Each cut is judged on the events that pass the cuts before it, by the
    difference of the two efficiencies in units of its statistical error.
    """
    return informative(selection, partial(parts, table), min_significance)


def informative(
    selection: Selection, events: Callable[[], Iterator[ObservableTable]], min_significance: float
) -> Selection:
    """Return `selection` as `without_uninformative` does, from `events` part by part."""
    cuts, unused = list(selection.cuts), list(selection.unused)
    judged = 0
    while judged < len(cuts):
        reached = _reached(cuts, events())
        while judged < len(cuts):
            if _separation(*reached[:, judged : judged + 2]) < min_significance:
                unused.append(cuts.pop(judged).observable)
                break
            judged += 1
    return replace(selection, cuts=tuple(cuts), unused=tuple(unused))


def _reached(cuts: list[Cut], events: Iterator[ObservableTable]) -> NDArray[np.float64]:
    """Return Σw and Σw² of background and signal that pass the first 0, 1, ... cuts.

    Returns
    -------
    ndarray
        Shape ``(2, len(cuts) + 1, 2)``.
    """
    bins = 2 * (len(cuts) + 1)

    def counts(part: ObservableTable) -> NDArray[np.float64]:
        alive = np.ones(len(part), dtype=np.bool_)
        # the number of cuts that an event passes before the first that it fails: as
        # short numbers it is added several times faster than as indices
        depth = np.zeros(len(part), dtype=np.min_scalar_type(bins))
        for cut in cuts:
            alive &= cut.mask(part[cut.observable])
            depth += alive
        code = (2 * depth + part.label).astype(np.intp)
        weights = (part.weight, np.square(part.weight))
        return np.stack([np.bincount(code, weight, bins) for weight in weights])

    # unlike a loop, a map holds no part while the next is made
    sums = sum(map(counts, events), np.zeros((2, bins)))
    return np.asarray(sums.reshape(2, -1, 2)[:, ::-1].cumsum(axis=1)[:, ::-1])


def _separation(sums: NDArray[np.float64], squares: NDArray[np.float64]) -> float:
    """Return ``|ε_s − ε_b|`` over its error, from the effective numbers of events.

    Parameters
    ----------
    sums, squares
        Σw and Σw² before and after the cut, of background and signal, ``(2, 2)``.
    """
    total = sums[0]
    if not (total > 0).all():
        return np.inf
    efficiency, effective = sums[1] / total, total**2 / squares[0]
    common = float(np.average(efficiency, weights=effective))
    variance = max(common * (1.0 - common), 0.0) * float((1.0 / effective).sum())
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
