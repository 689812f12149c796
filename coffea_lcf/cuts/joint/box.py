"""A selection as arrays: one interval, or the outside of one, per observable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.selection import Case

Columns = Sequence[NDArray[np.float32]] | NDArray[np.float32]
"""One array of n values per observable."""

CHUNK = 65_536
"""Events looked at together: their columns fit into the processor's cache."""


@dataclass(frozen=True, eq=False)
class BoxCuts:
    """Hard cuts on F observables, all of which an event has to pass.

    Attributes
    ----------
    cases
        Per observable: ``left`` keeps x < upper, ``right`` x > lower, ``middle``
        lower < x < upper, ``edge`` x < lower or x > upper, None everything.
    lower, upper
        Boundaries, shape (F,), float32; NaN where the case has none. All
        comparisons are strict.
    signal_efficiency, background_efficiency
        Shares of the weight of each class that pass, on the events of the fit.
    objective
        Score of the selection on the same events.
    """

    cases: tuple[Case | None, ...]
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]
    signal_efficiency: float = float("nan")
    background_efficiency: float = float("nan")
    objective: float = float("nan")

    def passes(self, x: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return the decision for events of shape (N, F) as a mask of shape (N,)."""
        x = np.asarray(x, np.float32)
        chunks = (x[start : start + CHUNK].T for start in range(0, len(x), CHUNK))
        return np.concatenate(
            [np.zeros(0, np.bool_), *(self.passes_columns(chunk) for chunk in chunks)]
        )

    def passes_columns(self, columns: Columns) -> NDArray[np.bool_]:
        """Return the decision for F columns of equal length."""
        mask = np.ones(len(columns[0]), np.bool_)
        for index, column in enumerate(columns):
            if self.cases[index] is not None:
                mask &= self.passes_one(column, index)
        return mask

    def passes_one(self, column: NDArray[np.float32], index: int) -> NDArray[np.bool_]:
        """Return which values of one observable pass its cut, NaN never passing one."""
        case, lower, upper = self.cases[index], self.lower[index], self.upper[index]
        if case == "left":
            return np.asarray(column < upper)
        if case == "right":
            return np.asarray(column > lower)
        if case == "middle":
            return np.asarray((column > lower) & (column < upper))
        if case == "edge":
            return np.asarray((column < lower) | (column > upper))
        return np.ones(len(column), np.bool_)

    def sides(self, index: int) -> int:
        """Return the number of boundaries of the cut on one observable, 0 to 2."""
        return int(np.isfinite([self.lower[index], self.upper[index]]).sum())

    def with_cut(
        self, index: int, case: Case | None, lower: np.float32, upper: np.float32
    ) -> BoxCuts:
        """Return the box with the cut on one observable exchanged."""
        cases, lowers, uppers = list(self.cases), self.lower.copy(), self.upper.copy()
        cases[index], lowers[index], uppers[index] = case, lower, upper
        return replace(self, cases=tuple(cases), lower=lowers, upper=uppers)


@dataclass(frozen=True, eq=False)
class Events:
    """Observables (N, F), float32, labels 1 for signal and 0 for background, weights (N,)."""

    x: NDArray[np.float32]
    label: NDArray[np.integer]
    weight: NDArray[np.float64]

    def effective(self, label: int) -> float:
        """Return the effective number of events of a class, (Σw)² / Σw²."""
        weight = self.weight[self.label == label]
        return float(weight.sum() ** 2 / np.square(weight).sum())

    def total(self, label: int) -> float:
        """Return the sum of weights of a class."""
        return self._totals[label]

    @cached_property
    def _totals(self) -> tuple[float, float]:
        background, signal = (float(self.weight[self.label == of].sum()) for of in (0, 1))
        return background, signal

    def __getitem__(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Events:
        """Return some of the events."""
        return Events(self.x[rows], self.label[rows], self.weight[rows])


def columns_of(
    events: Events, label: int
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float64]]]:
    """Yield contiguous columns, (F, n), and weights of a class, chunk by chunk."""
    for start in range(0, len(events.x), CHUNK):
        chunk = slice(start, start + CHUNK)
        rows = events.label[chunk] == label
        yield np.ascontiguousarray(events.x[chunk][rows].T), events.weight[chunk][rows]


def efficiencies(events: Events, boxes: Sequence[BoxCuts], label: int) -> NDArray[np.float64]:
    """Return the share of a class's weight that passes each box, shape (len(boxes),)."""
    passing = np.zeros(len(boxes))
    for columns, weight in columns_of(events, label):
        passing += [weight[box.passes_columns(columns)].sum() for box in boxes]
    return passing / events.total(label)
