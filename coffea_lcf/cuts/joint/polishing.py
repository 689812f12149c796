"""Exact improvement of a box on counted events.

One move takes the events that pass all the other cuts, sorted along one observable,
and tries every boundary between two neighbouring values through prefix sums. Moves
repeat over the observables until none changes the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.box import CASES, BoxCuts, Case, Events, kept
from coffea_lcf.cuts.joint.profile import Score, best_cut, profile_of

MOST_ROUNDS = 50

ROUNDING = 1e-9
"""Relative difference of scores that means nothing."""


@dataclass(frozen=True, eq=False)
class Shares:
    """What each event adds to the efficiencies, (N,): zero in the other class."""

    signal: NDArray[np.float64]
    background: NDArray[np.float64]

    def score(self, score: Score, mask: NDArray[np.bool_]) -> float:
        """Return the score of the events in a mask."""
        return float(score(self.signal[mask].sum(), self.background[mask].sum()))

    def noise(self, score: Score, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
        """Return the standard deviation of the difference of the scores of two masks."""
        step = 1e-3
        signal, background = self.signal[first].sum(), self.background[first].sum()
        ends = [
            (signal + d_signal * step, background + d_background * step)
            for d_signal, d_background in ((1, 0), (-1, 0), (0, 1), (0, -1))
        ]
        up, down, more, fewer = (float(score(*np.maximum(end, 0.0))) for end in ends)
        changed = first ^ second
        variance = (up - down) ** 2 * np.square(self.signal[changed]).sum()
        variance += (more - fewer) ** 2 * np.square(self.background[changed]).sum()
        return float(np.sqrt(variance) / (2.0 * step))


def shares_of(events: Events) -> Shares:
    """Return what each event adds to the efficiency of its class."""
    return Shares(
        *(np.where(events.label == of, events.weight / events.total(of), 0.0) for of in (1, 0))
    )


def polish(
    events: Events,
    box: BoxCuts,
    score: Score,
    *,
    directions: Mapping[int, Case | None] | None = None,
    significance: float = 0.0,
) -> BoxCuts:
    """Return a box that no other cut on any single observable improves.

    Parameters
    ----------
    events
        The events to count.
    box
        Where to start.
    score
        Objective of signal and background efficiencies, vectorised.
    directions
        Observables whose case is given; None forbids a cut.
    significance
        Of the cuts whose score is within this many standard deviations of the best
        one, the one with the fewest boundaries is taken, and the present one before
        another. With 0 the score never falls and ends in a local optimum.

    Returns
    -------
    BoxCuts
        With efficiencies and score on these events. New boundaries lie halfway
        between neighbouring values of the events.
    """
    cases = allowed_cases(events.x.shape[1], directions)
    shares = shares_of(events)
    columns = [np.ascontiguousarray(column) for column in events.x.T]
    order = [np.argsort(column, kind="stable") for column in columns]
    passes = [_passes(column, box, index) for index, column in enumerate(columns)]
    failed = np.sum(np.logical_not(passes), axis=0, dtype=np.int16)
    for _ in range(MOST_ROUNDS):
        before = box
        for index, column in enumerate(columns):
            elsewhere = failed - ~passes[index]
            there = order[index][elsewhere[order[index]] == 0]
            profile = profile_of(column[there], shares.signal[there], shares.background[there])
            options = [
                _replaced(box, index, *best_cut(profile, score, own))
                for own in _by_sides(cases[index])
            ]
            options.insert(_sides(box, index), box)
            masks = [(elsewhere == 0) & _passes(column, option, index) for option in options]
            box = options[_simplest(masks, shares, score, significance)]
            passes[index] = _passes(column, box, index)
            failed = elsewhere + ~passes[index]
        if box is before:
            break
    passing = failed == 0
    return replace(
        box,
        signal_efficiency=float(shares.signal[passing].sum()),
        background_efficiency=float(shares.background[passing].sum()),
        objective=shares.score(score, passing),
    )


def allowed_cases(
    observables: int, directions: Mapping[int, Case | None] | None
) -> tuple[tuple[Case, ...], ...]:
    """Return the cases that may be chosen for each observable."""
    given = dict(directions or {})
    allowed: list[tuple[Case, ...]] = []
    for index in range(observables):
        case = given.get(index)
        allowed.append((case,) if case else () if index in given else CASES)
    return tuple(allowed)


def _by_sides(cases: tuple[Case, ...]) -> tuple[tuple[Case, ...], ...]:
    """Return the cases with no, one and two boundaries."""
    one = tuple(case for case in cases if case in ("left", "right"))
    return (), one, tuple(case for case in cases if case not in one)


def _sides(box: BoxCuts, index: int) -> int:
    return int(np.isfinite([box.lower[index], box.upper[index]]).sum())


def _simplest(
    masks: list[NDArray[np.bool_]], shares: Shares, score: Score, significance: float
) -> int:
    """Return the first selection whose score is as good as the best one's."""
    scores = [shares.score(score, mask) for mask in masks]
    best = int(np.argmax(scores))
    for index, mask in enumerate(masks):
        allowance = ROUNDING * abs(scores[best])
        if significance > 0.0:
            allowance += significance * shares.noise(score, mask, masks[best])
        if scores[best] - scores[index] <= allowance:
            return index
    return best


def _passes(column: NDArray[np.float32], box: BoxCuts, index: int) -> NDArray[np.bool_]:
    case = box.cases[index]
    if case is None:
        return np.ones(len(column), np.bool_)
    return kept(column, case, box.lower[index], box.upper[index])


def _replaced(
    box: BoxCuts, index: int, case: Case | None, lower: np.float32, upper: np.float32
) -> BoxCuts:
    """Return the box with the cut on one observable exchanged."""
    cases, lowers, uppers = list(box.cases), box.lower.copy(), box.upper.copy()
    cases[index], lowers[index], uppers[index] = case, lower, upper
    return replace(box, cases=tuple(cases), lower=lowers, upper=uppers)
