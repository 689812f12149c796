"""Exact counts along one observable, and the best cut on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.cuts.joint.grid import halfway
from coffea_lcf.selection import Case

Score = Callable[[ArrayLike, ArrayLike], NDArray[np.float64]]
"""Maps signal and background efficiencies to a score, larger for better."""

Boundaries = NDArray[np.intp]

COARSE = 64
"""Boundaries of two-sided cuts tried in all pairs; with more, ends then move in turn."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Efficiencies below each boundary along one observable.

    Attributes
    ----------
    values
        The M distinct values, increasing.
    signal, background
        Efficiency of the events below boundary k, shape (M + 1,): boundary 0 is below
        all values, boundary k between values k - 1 and k, boundary M above all.
    """

    values: NDArray[np.float32]
    signal: NDArray[np.float64]
    background: NDArray[np.float64]


def profile_of(
    values: NDArray[np.float32],
    signal: NDArray[np.float64],
    background: NDArray[np.float64],
) -> Profile:
    """Return the profile of events sorted by value, given what each adds to the efficiencies."""
    last = np.flatnonzero(np.append(values[1:] != values[:-1], len(values) > 0))
    below = [np.r_[0.0, np.cumsum(share)[last]] for share in (signal, background)]
    return Profile(values[last], *below)


def best_cut(
    profile: Profile, score: Score, cases: tuple[Case, ...]
) -> tuple[Case | None, np.float32, np.float32]:
    """Return case, lower and upper boundary of the best cut of one of the cases.

    Boundaries are NaN where the case has none; without a case, or without two
    distinct values, there is no cut. Two-sided cuts are exact up to COARSE
    boundaries; beyond that neither end can be improved alone.
    """
    last = len(profile.values)
    inner = np.arange(1, last)
    best = -np.inf
    chosen: tuple[Case | None, int, int] = (None, 0, last)
    for case in cases:
        if case == "left":
            low, high = np.zeros_like(inner), inner
        elif case == "right":
            low, high = inner, np.full_like(inner, last)
        else:
            low, high = _best_pair(profile, score, inner, outside=case == "edge")
        if not len(low):
            continue
        scores = _scores(profile, score, low, high, outside=case == "edge")
        at = int(np.argmax(scores))
        if scores[at] > best:
            best, chosen = float(scores[at]), (case, int(low[at]), int(high[at]))
    return _in_units(profile, *chosen)


def _scores(
    profile: Profile, score: Score, low: Boundaries, high: Boundaries, *, outside: bool
) -> NDArray[np.float64]:
    """Return the score of keeping the values between two boundaries, or those outside."""
    kept = [below[high] - below[low] for below in (profile.signal, profile.background)]
    if outside:
        kept = [
            below[-1] - between
            for below, between in zip((profile.signal, profile.background), kept, strict=True)
        ]
    return score(*kept)


def _best_pair(
    profile: Profile, score: Score, inner: Boundaries, *, outside: bool
) -> tuple[Boundaries, Boundaries]:
    """Return the two inner boundaries of the best two-sided cut, or none if there are not two."""
    coarse = inner[np.unique(np.linspace(0, len(inner) - 1, min(COARSE, len(inner))).astype(int))]
    first, second = np.triu_indices(len(coarse), 1)
    low, high = coarse[first], coarse[second]
    best = -np.inf
    while len(low):
        scores = _scores(profile, score, low, high, outside=outside)
        at = int(np.argmax(scores))
        if scores[at] <= best:
            break
        best, pair = float(scores[at]), (low[at], high[at])
        lows, highs = inner[inner < pair[1]], inner[inner > pair[0]]
        low = np.r_[lows, np.full_like(highs, pair[0])]
        high = np.r_[np.full_like(lows, pair[1]), highs]
    return (low[:0], high[:0]) if best == -np.inf else (np.array([pair[0]]), np.array([pair[1]]))


def _in_units(
    profile: Profile, case: Case | None, low: int, high: int
) -> tuple[Case | None, np.float32, np.float32]:
    """Return boundaries halfway between values, such that strict comparisons hold."""
    nan = np.float32(np.nan)

    def keep_above(boundary: int) -> np.float32:
        return np.float32(halfway(profile.values[boundary - 1], profile.values[boundary]))

    def keep_below(boundary: int) -> np.float32:
        return np.float32(-halfway(-profile.values[boundary], -profile.values[boundary - 1]))

    if case == "left":
        return case, nan, keep_below(high)
    if case == "right":
        return case, keep_above(low), nan
    if case == "middle":
        return case, keep_above(low), keep_below(high)
    if case == "edge":
        return case, keep_below(low), keep_above(high)
    return None, nan, nan
