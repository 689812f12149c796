"""The best box for an objective, from events to hard cuts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.cuts.joint.box import BoxCuts, Case, Events, efficiencies
from coffea_lcf.cuts.joint.placed import placed
from coffea_lcf.cuts.joint.polishing import allowed_cases, polish
from coffea_lcf.cuts.joint.problem import Problem, checked, prepared, with_share
from coffea_lcf.cuts.joint.profile import Score
from coffea_lcf.cuts.joint.search import DESCENT_EVENTS, cautious, descend, improve
from coffea_lcf.cuts.joint.working_points import family
from coffea_lcf.cuts.objectives import BackgroundRejection, Objective, is_guarded
from coffea_lcf.errors import FitError

STARTS = np.array([0.25, 0.5, 0.75, 0.95])
"""Signal efficiencies from which an objective without a working point is improved."""


SIGNIFICANCE = 2.0
"""Standard deviations that a boundary, or a change of one, has to earn at the end."""


def _unheard(share: float) -> None:
    """Ignore a report of progress."""


def optimise(
    x: ArrayLike,
    label: ArrayLike,
    weight: ArrayLike,
    objective: Objective,
    *,
    directions: Mapping[int, Case | None] | None = None,
    fixed: BoxCuts | None = None,
    seed: int = 0,
    progress: Callable[[float], None] = _unheard,
) -> tuple[BoxCuts, ...]:
    """Return the AND of one cut per observable that is best for an objective.

    Parameters
    ----------
    x
        Observables, shape (N, F), in any units, finite; cut as float32.
    label, weight
        1 for signal and 0 for background; event weights of any sign, whose sum over
        each class is positive. Shape (N,).
    objective
        What to optimise. `BackgroundRejection` gives one box per working point, a
        nested family in the order asked for; any other objective gives one box.
    directions
        Observables whose case is given; None forbids a cut.
    fixed
        Cuts applied beforehand and kept as they are. Efficiencies, working points
        among them, count from the events given, before these cuts.
    seed
        Of the choice of events where a class has more than are searched.
    progress
        Told the share of the search that is done, in (0, 1].

    Returns
    -------
    tuple of BoxCuts
        With efficiencies and score on all the events given. An observable without
        information has no cut.

    Raises
    ------
    FitError
        If the arrays do not fit together, a class is missing or its weights do not sum
        to more than zero, or the fixed cuts leave less than a working point asks for.
    NonFiniteError
        If an observable or a weight is not finite.
    """
    events = checked(x, label, weight)
    kept = np.array([1.0, 1.0])
    left, free = events, dict(directions or {})
    if fixed is not None:
        kept = np.concatenate([efficiencies(events, [fixed], of) for of in (1, 0)])
        left = events[fixed.passes(events.x)]
        free |= {index: None for index, case in enumerate(fixed.cases) if case}
    problem = prepared(left, allowed_cases(events.x.shape[1], free), seed)
    if isinstance(objective, BackgroundRejection):
        targets = _reachable(np.array(objective.working_points), kept[0])
        boxes = family(left, problem, targets, progress)
    else:
        objective = with_share(objective, events)
        score = _after(objective.score, kept)
        boxes = (_single(problem, score, is_guarded(objective), free, progress),)
    if fixed is not None:
        boxes = tuple(_joined(fixed, box) for box in boxes)
    return _measured(events, boxes, objective)


def _single(
    problem: Problem,
    exact: Score,
    guarded: bool,
    directions: Mapping[int, Case | None],
    progress: Callable[[float], None],
) -> BoxCuts:
    """Return the best box found from several starts, polished on the events searched.

    Which observables are cut, and how, is decided by what the events can tell. Then
    the boundaries go to where the score itself is best, if it is guarded.
    """
    score = cautious(exact, float(problem.sample.background.effective[0]))
    few = problem.sample.first(DESCENT_EVENTS)
    cuts = descend(few, STARTS, progress).cuts
    improve(few, cuts, score)
    boxes = [placed(cuts[index]).box(problem.edges) for index in range(len(STARTS))]
    scores = score(*(efficiencies(problem.events, boxes, of) for of in (1, 0)))
    best = cuts[[int(np.argmax(scores))]]
    improve(problem.sample, best, score)
    box = placed(best[0]).box(problem.edges)
    box = polish(problem.events, box, score, directions=directions, significance=SIGNIFICANCE)
    cases = dict(enumerate(box.cases))
    return polish(problem.events, box, exact if guarded else score, directions=cases)


def _after(score: Score, kept: NDArray[np.float64]) -> Score:
    """Return a score of efficiencies relative to the events that fixed cuts kept."""
    return lambda signal, background: score(
        np.asarray(signal) * kept[0], np.asarray(background) * kept[1]
    )


def _reachable(targets: NDArray[np.float64], kept: float) -> NDArray[np.float64]:
    if targets.max() >= kept:
        msg = (
            f"the fixed cuts keep {kept:.4g} of the signal: a working point of "
            f"{targets.max():.4g} cannot be reached"
        )
        raise FitError(msg)
    return targets / kept


def _joined(fixed: BoxCuts, found: BoxCuts) -> BoxCuts:
    """Return the fixed cuts and, on the other observables, those found."""
    is_fixed = np.array([case is not None for case in fixed.cases])
    return BoxCuts(
        tuple(mine or theirs for mine, theirs in zip(fixed.cases, found.cases, strict=True)),
        np.where(is_fixed, fixed.lower, found.lower),
        np.where(is_fixed, fixed.upper, found.upper),
    )


def _measured(
    events: Events, boxes: Sequence[BoxCuts], objective: Objective
) -> tuple[BoxCuts, ...]:
    """Return the boxes with their efficiencies and scores on all events."""
    signal, background = (efficiencies(events, boxes, of) for of in (1, 0))
    scores = objective.score(signal, background)
    return tuple(
        replace(
            box,
            signal_efficiency=float(signal[index]),
            background_efficiency=float(background[index]),
            objective=float(scores[index]),
        )
        for index, box in enumerate(boxes)
    )
