"""The ROC curve of a score on weighted events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.errors import TableError
from coffea_lcf.table import ObservableTable

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Roc:
    """Efficiencies while the threshold of a score falls.

    The curve starts at (0, 0), has one point for each score that occurs, with all
    events of that score or a higher one, and ends at (1, 1).

    Attributes
    ----------
    signal_efficiency, background_efficiency
        Weighted, float64, shape ``(K,)``. They rise along the curve unless there
        are negative weights.
    auc
        Area under the signal efficiency against the background efficiency: the
        chance that a signal event scores higher than a background event, ties
        counted by half.
    """

    signal_efficiency: NDArray[np.float64]
    background_efficiency: NDArray[np.float64]
    auc: float

    @property
    def rejection(self) -> NDArray[np.float64]:
        """One over the background efficiency, shape ``(K,)``; infinite where that is zero."""
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / self.background_efficiency)

    def background_at(self, signal_efficiency: ArrayLike) -> NDArray[np.float64]:
        """Return the background efficiency where the curve first reaches a signal efficiency.

        Between two points the curve is a straight line, which is what a random
        choice among the events of equal score would give.

        Parameters
        ----------
        signal_efficiency
            In [0, 1], any shape; NaN and values outside give NaN.
        """
        asked = np.asarray(signal_efficiency, np.float64)
        signal, background = self.signal_efficiency, self.background_efficiency
        # negative weights let the curve turn back: what counts is the first time
        reached = np.maximum.accumulate(signal)
        # a selection's efficiency, summed in another order, must not miss its plateau
        after = np.searchsorted(reached, asked - _ROUNDING).clip(1, len(reached) - 1)
        step = signal[after] - signal[after - 1]
        share = np.divide(
            asked - signal[after - 1], step, out=np.zeros_like(asked), where=step > 0
        ).clip(0.0, 1.0)
        found = background[after - 1] + share * (background[after] - background[after - 1])
        return np.where((asked >= 0.0) & (asked <= 1.0), found, np.nan)


def roc(scores: ArrayLike, table: ObservableTable) -> Roc:
    """Return the ROC curve of `scores` on the events of `table`.

    Parameters
    ----------
    scores
        One number an event, higher for signal, shape ``(N,)``. Events of score NaN
        are accepted last, after all others: only the end of the curve has them.
    table
        Labels and weights, of either sign.

    Raises
    ------
    TableError
        If there is not one score an event, or the sum of weights of a class is
        not positive.
    """
    values = np.asarray(scores, np.float64)
    if values.shape != (len(table),):
        msg = f"scores of shape {values.shape} for a table of {len(table)} events"
        raise TableError(msg)
    order = np.argsort(-values, kind="stable")
    ends = _ends_of_ties(values[order])
    signal, background = (
        _efficiency(np.where(rows, table.weight, 0.0)[order], ends, name)
        for rows, name in ((table.label, "signal"), (~table.label, "background"))
    )
    return Roc(signal, background, float(np.trapezoid(signal, background)))


def _ends_of_ties(ordered: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the last row of each run of equal scores; all NaN are one run."""
    same = (ordered[1:] == ordered[:-1]) | (np.isnan(ordered[1:]) & np.isnan(ordered[:-1]))
    return np.flatnonzero(np.append(~same, True)) if len(ordered) else np.empty(0, np.intp)


def _efficiency(
    weight: NDArray[np.float64], ends: NDArray[np.intp], name: str
) -> NDArray[np.float64]:
    passed = np.cumsum(weight)
    total = passed[-1] if len(passed) else 0.0
    if not total > 0.0:
        msg = f"the sum of weights of the {name} is {total:.6g}: a ROC curve needs a positive one"
        raise TableError(msg)
    return np.concatenate([[0.0], passed[ends] / total])
