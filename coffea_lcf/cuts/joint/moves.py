"""The best cut on one observable, all boundaries and cases tried, the others fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.grid import BINS
from coffea_lcf.selection import Case

Efficiency = NDArray[np.float64]
Loss = Callable[[Efficiency, Efficiency], Efficiency]
"""Maps signal and background efficiencies, each (P, M), to what is to be minimised."""

COARSE = 4
"""Bins between the boundaries of two-sided cuts tried first."""

COST_OF_A_CUT = 1e-3
COST_OF_TWO_SIDES = 3e-3
"""Loss that a cut, and its second boundary, have to earn: ties end in the simpler cut."""


@dataclass(frozen=True, eq=False)
class Cuts:
    """Cuts on grid positions: ``lower <= bin < upper``, or its complement if `outside`.

    Shapes agree; position 0 and BINS are open ends, so (0, BINS) is no cut.
    """

    outside: NDArray[np.bool_]
    lower: NDArray[np.intp]
    upper: NDArray[np.intp]

    def __getitem__(self, index: Any) -> Cuts:
        """Return the cuts at a NumPy index of the shared shape."""
        return Cuts(self.outside[index], self.lower[index], self.upper[index])

    def assign(self, index: Any, cuts: Cuts) -> None:
        """Overwrite the cuts at a NumPy index of the shared shape."""
        self.outside[index], self.lower[index] = cuts.outside, cuts.lower
        self.upper[index] = cuts.upper

    @property
    def active(self) -> NDArray[np.bool_]:
        """Which entries cut at all."""
        return self.outside | (self.lower > 0) | (self.upper < BINS)


def no_cuts(*shape: int) -> Cuts:
    """Return open cuts of a shape."""
    return Cuts(np.zeros(shape, np.bool_), np.zeros(shape, np.intp), np.full(shape, BINS, np.intp))


def best_cuts(
    signal: NDArray[np.float64],
    background: NDArray[np.float64],
    loss: Loss,
    cases: tuple[Case, ...],
) -> Cuts:
    """Return the cut of least loss for each of P problems.

    Parameters
    ----------
    signal, background
        Efficiencies per bin of the events that pass the other cuts, (P, BINS).
    loss
        Objective of each problem.
    cases
        Cases that may be chosen; no cut always may.
    """
    cumulative = _cumulative(signal), _cumulative(background)
    candidates = _candidates(cases)
    best = candidates[np.argmin(_losses(candidates, *cumulative, loss), axis=1)]
    if not {"middle", "edge"} & set(cases):
        return best
    near = _neighbours(best)
    index = np.argmin(_losses(near, *cumulative, loss), axis=1)
    return near[np.arange(len(index)), index]


def _cumulative(efficiency: NDArray[np.float64]) -> Efficiency:
    """Return the sum below each grid position, (P, BINS + 1)."""
    return np.concatenate(
        [np.zeros((len(efficiency), 1)), np.cumsum(efficiency, axis=1, dtype=np.float64)], axis=1
    )


def _losses(cuts: Cuts, signal: Efficiency, background: Efficiency, loss: Loss) -> Efficiency:
    """Return the loss of cuts, (M,) shared by all problems or (P, M)."""
    closed = (cuts.lower > 0) & (cuts.upper < BINS)
    cost = COST_OF_A_CUT * cuts.active + COST_OF_TWO_SIDES * closed
    return loss(_kept(cuts, signal), _kept(cuts, background)) + cost


def _kept(cuts: Cuts, cumulative: Efficiency) -> Efficiency:
    if cuts.lower.ndim == 1:
        inside = cumulative[:, cuts.upper] - cumulative[:, cuts.lower]
    else:
        inside = np.take_along_axis(cumulative, cuts.upper, 1)
        inside -= np.take_along_axis(cumulative, cuts.lower, 1)
    return np.where(cuts.outside, cumulative[:, -1:] - inside, inside)


@lru_cache(maxsize=16)
def _candidates(cases: tuple[Case, ...]) -> Cuts:
    """Return one-sided cuts on the grid and two-sided ones on every COARSE-th position."""
    inner = np.arange(1, BINS)
    coarse = np.arange(COARSE, BINS, COARSE)
    low, high = (coarse[index] for index in np.triu_indices(len(coarse), 1))
    pairs = {
        "left": (np.zeros_like(inner), inner),
        "right": (inner, np.full_like(inner, BINS)),
        "middle": (low, high),
        "edge": (low, high),
    }
    chosen: list[tuple[str, tuple[NDArray[np.intp], NDArray[np.intp]]]] = [
        ("none", (np.array([0]), np.array([BINS]))),
        *((case, pairs[case]) for case in cases),
    ]
    return Cuts(
        np.concatenate([np.full(len(low), case == "edge") for case, (low, _) in chosen]),
        np.concatenate([low for _, (low, _) in chosen]),
        np.concatenate([high for _, (_, high) in chosen]),
    )


def _neighbours(cuts: Cuts) -> Cuts:
    """Return each cut and those within COARSE positions of its closed ends, (P, M)."""
    offset = np.arange(-COARSE, COARSE + 1)
    first, second = (grid.ravel() for grid in np.meshgrid(offset, offset))
    centre = len(first) // 2
    order = np.r_[centre, :centre, centre + 1 : len(first)]  # the cut itself wins ties
    lower, upper = cuts.lower[:, None], cuts.upper[:, None]
    low = np.where(lower > 0, np.clip(lower + first[order], 1, BINS - 1), lower)
    high = np.where(upper < BINS, np.clip(upper + second[order], 1, BINS - 1), upper)
    crossed = low >= high
    return Cuts(
        np.broadcast_to(cuts.outside[:, None], low.shape),
        np.where(crossed, lower, low),
        np.where(crossed, upper, high),
    )
