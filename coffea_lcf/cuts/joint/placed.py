"""A box between the lines of the search grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.box import BoxCuts, Columns
from coffea_lcf.cuts.joint.grid import BINS, Edges, boundary_at, position_of
from coffea_lcf.cuts.joint.moves import Cuts
from coffea_lcf.selection import Case


@dataclass(frozen=True, eq=False)
class Placed:
    """A box by its grid positions, shape (F,), fractions allowed; 0 and BINS are open.

    Each observable keeps the values between `lower` and `upper`, or those `outside`.
    """

    outside: NDArray[np.bool_]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def active(self) -> NDArray[np.bool_]:
        """Which observables are cut."""
        return self.outside | (self.lower > 0) | (self.upper < BINS)

    def moved(self, distance: float) -> Placed:
        """Return the box with every closed boundary `distance` bins further out."""
        outwards = np.where(self.outside, -distance, distance)
        lower = np.where(self.lower > 0, np.clip(self.lower - outwards, 1, BINS - 1), 0)
        upper = np.where(self.upper < BINS, np.clip(self.upper + outwards, 1, BINS - 1), BINS)
        crossed, middle = lower > upper, 0.5 * (lower + upper)
        return Placed(
            self.outside, np.where(crossed, middle, lower), np.where(crossed, middle, upper)
        )

    def box(self, edges: Sequence[Edges]) -> BoxCuts:
        """Return the cuts in the units of the observables."""
        cases = tuple(map(_case, self.outside, self.lower > 0, self.upper < BINS))
        nan = np.float32(np.nan)
        lower = np.where(self.lower > 0, _in_units(edges, self.lower), nan)
        upper = np.where(self.upper < BINS, _in_units(edges, self.upper), nan)
        return BoxCuts(cases, lower, upper)

    def margin(self, columns: Columns, edges: Sequence[Edges]) -> NDArray[np.float64]:
        """Return by how many bins each event is inside the box, negative outside."""
        margin = np.full(len(columns[0]), np.inf)
        for index in np.flatnonzero(self.active).tolist():
            position = position_of(edges[index], columns[index])
            low, high = self.lower[index], self.upper[index]
            inside = np.minimum(
                position - low if low > 0 else np.inf, high - position if high < BINS else np.inf
            )
            np.minimum(margin, -inside if self.outside[index] else inside, out=margin)
        return margin


def placed(cuts: Cuts) -> Placed:
    """Return the box of one problem's cuts, (F,)."""
    return Placed(cuts.outside.copy(), cuts.lower.astype(float), cuts.upper.astype(float))


def place(box: BoxCuts, edges: Sequence[Edges]) -> Placed:
    """Return the grid positions of a box given in the units of the observables."""
    sides = [
        [
            open_end if np.isnan(value) else position_of(edge, np.asarray(value))
            for edge, value in zip(edges, values, strict=True)
        ]
        for open_end, values in ((0.0, box.lower), (float(BINS), box.upper))
    ]
    lower, upper = np.array(sides, np.float64)
    return Placed(np.array([case == "edge" for case in box.cases]), lower, upper)


def _in_units(edges: Sequence[Edges], positions: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.array(list(map(boundary_at, edges, positions)), np.float32)


def _case(outside: bool, lower: bool, upper: bool) -> Case | None:
    if outside:
        return "edge"
    if lower and upper:
        return "middle"
    if lower:
        return "right"
    return "left" if upper else None
