"""The best box for an objective, from events to hard cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from coffea_lcf.cuts.joint.box import BoxCuts, Events, efficiencies
from coffea_lcf.cuts.joint.placed import placed
from coffea_lcf.cuts.joint.polishing import allowed_cases, polish
from coffea_lcf.cuts.joint.problem import Problem, checked, prepared, with_share
from coffea_lcf.cuts.joint.search import DESCENT_EVENTS, cautious, descend, improve, safe
from coffea_lcf.cuts.joint.working_points import family
from coffea_lcf.cuts.objectives import BackgroundRejection, Objective
from coffea_lcf.selection import Case

STARTS = np.array([0.25, 0.5, 0.75, 0.95])
"""Signal efficiencies from which an objective without a working point is improved."""


SIGNIFICANCE = 2.0
"""Standard deviations that a boundary, or a change of one, has to earn at the end."""


def optimise(
    x: ArrayLike,
    label: ArrayLike,
    weight: ArrayLike,
    objective: Objective,
    *,
    directions: Mapping[int, Case | None] | None = None,
    seed: int = 0,
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
    seed
        Of the choice of events where a class has more than are searched.

    Returns
    -------
    tuple of BoxCuts
        With efficiencies and score on all the events given. An observable without
        information has no cut.

    Raises
    ------
    FitError
        If the arrays do not fit together, a class is missing or its weights do not sum
        to more than zero.
    NonFiniteError
        If an observable or a weight is not finite.
    """
    events = checked(x, label, weight)
    given = dict(directions or {})
    problem = prepared(events, allowed_cases(events.x.shape[1], given), seed)
    if isinstance(objective, BackgroundRejection):
        boxes = family(events, problem, np.array(objective.working_points))
    else:
        objective = with_share(objective, events)
        boxes = (_single(problem, objective, given),)
    return _measured(events, boxes, objective)


def _single(
    problem: Problem, objective: Objective, directions: Mapping[int, Case | None]
) -> BoxCuts:
    """Return the best box found from several starts, polished on the events searched.

    Which observables are cut, and how, is decided by what the events can tell. Then
    the boundaries go to where the score itself is best, if it is guarded.
    """
    background = float(problem.sample.background.effective[0])
    score = cautious(objective.score, background)
    few = problem.sample.first(DESCENT_EVENTS)
    cuts = descend(few, STARTS).cuts
    improve(few, cuts, score)
    boxes = [placed(cuts[index]).box(problem.edges) for index in range(len(STARTS))]
    scores = score(*(efficiencies(problem.events, boxes, of) for of in (1, 0)))
    best = cuts[[int(np.argmax(scores))]]
    improve(problem.sample, best, score)
    box = placed(best[0]).box(problem.edges)
    box = polish(problem.events, box, score, directions=directions, significance=SIGNIFICANCE)
    cases = dict(enumerate(box.cases))
    return polish(problem.events, box, safe(objective, background), directions=cases)


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
