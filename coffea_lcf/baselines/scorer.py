"""One number an event, higher for signal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.table import ObservableTable

Scorer: TypeAlias = Callable[[ObservableTable], NDArray[np.float64]]
"""From a table to scores ``(N,)``: log-odds or any other monotonic function of them.

NaN stands for an event that has no score; it counts as rejected at every threshold.
"""


class Baseline(Protocol):
    """Settings of a classifier that learns from a table."""

    @property
    def name(self) -> str:
        """Name in tables and legends."""

    def fit(self, table: ObservableTable, seed: int = 0) -> Scorer:
        """Return the scorer learned from `table`, the same for the same seed."""


def finite_scores(
    table: ObservableTable,
    observables: tuple[str, ...],
    score: Callable[[NDArray[np.float32]], NDArray[Any]],
) -> NDArray[np.float64]:
    """Return `score` of the events with finite `observables`, and NaN for the others.

    Parameters
    ----------
    table
        The events; columns beside `observables` do not matter.
    observables
        The columns that `score` takes, in its order, F of them.
    score
        From a matrix ``(M, F)`` to scores ``(M,)``.

    Raises
    ------
    MissingBranchError
        If the table lacks an observable.
    """
    seen = table.only(observables)
    scorable = seen.finite()
    scores = np.full(len(table), np.nan)
    if scorable.any():
        scores[scorable] = score(seen.select(scorable).matrix())
    return scores
