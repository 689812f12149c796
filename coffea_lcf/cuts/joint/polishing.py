"""Exact improvement of a box on counted events.

One move takes the events that pass all the other cuts, sorted along one observable,
and tries every boundary between two neighbouring values through prefix sums. Moves
repeat over the observables until none changes the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from coffea_lcf.cuts.joint.box import BoxCuts, Events
from coffea_lcf.cuts.joint.evidence import Option, shares_of, simplest
from coffea_lcf.cuts.joint.profile import Score, best_cut, profile_of
from coffea_lcf.selection import CASES, Case

MOST_ROUNDS = 50


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
    passes = [box.passes_one(column, index) for index, column in enumerate(columns)]
    failed = np.sum(np.logical_not(passes), axis=0, dtype=np.int16)
    for _ in range(MOST_ROUNDS):
        before = box
        for index, column in enumerate(columns):
            elsewhere = failed - ~passes[index]
            among = elsewhere == 0
            there = order[index][among[order[index]]]
            profile = profile_of(column[there], shares.signal[there], shares.background[there])
            boxes = [
                box.with_cut(index, *best_cut(profile, score, own))
                for own in _by_sides(cases[index])
            ]
            boxes.insert(box.sides(index), box)
            options = [
                Option(one.sides(index), among & one.passes_one(column, index)) for one in boxes
            ]
            box = boxes[simplest(options, among, shares, score, significance)]
            passes[index] = box.passes_one(column, index)
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
