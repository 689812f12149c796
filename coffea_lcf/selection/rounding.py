"""Boundaries with no more digits than matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.selection.cut import Cut
from coffea_lcf.selection.selection import Selection
from coffea_lcf.table import ObservableTable

DIGITS = range(1, 9)
"""Significant digits that are tried; float32, which boundaries are snapped to, has no ninth."""


def rounded(selection: Selection, table: ObservableTable, share: float) -> Selection:
    """Return `selection` with the fewest digits that leave almost all events on their side.

    Parameters
    ----------
    selection
        Learned cuts, whose boundaries are rounded, and fixed ones, which stay as they are.
    table
        Events with the observables of the selection.
    share
        Most of Σ|w| of signal and of background, in [0, 1), between a boundary and the rounded
        one. With 0 only digits go that no event of `table` sees.
    """
    cuts = (cut if cut.fixed else _rounded(cut, table, share) for cut in selection.cuts)
    return replace(selection, cuts=tuple(cuts))


def _rounded(cut: Cut, table: ObservableTable, share: float) -> Cut:
    values, weight = table[cut.observable], np.abs(table.weight)
    classes = [(values[rows], weight[rows]) for rows in (table.label, ~table.label)]
    lower, upper = (
        None if end is None else _shortest(end, classes, share) for end in (cut.lower, cut.upper)
    )
    if lower is not None and upper is not None and not lower < upper:
        return cut  # a window so thin that it would close
    return replace(cut, lower=lower, upper=upper)


def _shortest(
    boundary: float, classes: list[tuple[NDArray[np.float32], NDArray[np.float64]]], share: float
) -> float:
    """Return the number of fewest digits with at most `share` of each class to `boundary`."""
    for digits in DIGITS:
        # the nearest float32, as of the cut itself: an event there is on no other side then
        candidate = float(np.float32(f"{boundary:.{digits}g}"))
        ends = sorted((boundary, candidate))
        moved = ((x >= ends[0]) & (x <= ends[1]) for x, _ in classes)
        if candidate == boundary or all(
            weight[between].sum() <= share * weight.sum()
            for between, (_, weight) in zip(moved, classes, strict=True)
        ):
            return candidate
    return boundary
