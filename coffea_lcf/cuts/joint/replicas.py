"""Bootstrap replicas of a box: how far its boundaries are fixed by the events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.cuts.joint.box import BoxCuts, Events
from coffea_lcf.cuts.joint.calibrate import calibrated
from coffea_lcf.cuts.joint.grid import BINS
from coffea_lcf.cuts.joint.moves import Cuts
from coffea_lcf.cuts.joint.placed import Placed, place, placed
from coffea_lcf.cuts.joint.polishing import allowed_cases, polish
from coffea_lcf.cuts.joint.problem import Problem, checked, prepared, with_share
from coffea_lcf.cuts.joint.search import Solution, cautious, improve, safe, settle
from coffea_lcf.cuts.joint.soft import ClassSample, Sample
from coffea_lcf.cuts.objectives import BackgroundRejection, Objective
from coffea_lcf.selection import Case

BATCH = 16
"""Replicas searched side by side, which bounds the memory."""

SWEEPS = 6
"""Sweeps of each replica, which starts from the nominal box."""

NEARBY = 40
"""Bins around a box within which a replica may move it."""

FIRST_PRICE = 3.0
"""Price of signal from which that of a given box is found."""

REACH = 2.0
"""Bins that a replica is moved to meet its working point."""


def replicas(
    x: ArrayLike,
    label: ArrayLike,
    weight: ArrayLike,
    box: BoxCuts,
    objective: Objective,
    *,
    count: int = 48,
    directions: Mapping[int, Case | None] | None = None,
    seed: int = 0,
) -> tuple[BoxCuts, ...]:
    """Return boxes found again on events drawn with replacement.

    Each replica weights every event by a Poisson number of mean one and starts from
    the box; for `BackgroundRejection` it keeps the signal efficiency of the box.

    Parameters
    ----------
    x, label, weight, objective, directions, seed
        As for `optimise`. Where a class has more events than are searched the
        intervals are those of the events searched, hence too wide.
    box
        The nominal result.
    count
        Number of replicas, R.
    """
    if not count:
        return ()
    events = checked(x, label, weight)
    problem = prepared(events, allowed_cases(events.x.shape[1], directions), seed)
    search = _search_for(with_share(objective, events), box, problem)
    start = Solution(_on_grid(place(box, problem.edges)), np.array([FIRST_PRICE]), np.zeros(1))
    nominal, drawn_once = search(start, np.ones((1, len(problem.events.x))))
    random = np.random.default_rng((seed, 1))
    found: list[BoxCuts] = []
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        drawn = random.poisson(1.0, (size, len(problem.events.x))).astype(np.float64)
        found += search(_repeated(nominal, size), drawn)[1]
    return tuple(_moved(one, box, drawn_once[0]) for one in found)


def _moved(found: BoxCuts, box: BoxCuts, centre: BoxCuts) -> BoxCuts:
    """Return a replica with its distance to the search of the events as they are.

    A family is nested after its search, so that boundaries may lie beside those of
    the search.
    """
    ends = {}
    for side in ("lower", "upper"):
        offset = getattr(box, side) - getattr(centre, side)
        ends[side] = getattr(found, side) + np.where(np.isfinite(offset), offset, np.float32(0.0))
    crossed = ends["lower"] >= ends["upper"]
    return found if crossed.any() else replace(found, **ends)


Search = Callable[[Solution, NDArray[np.float64]], tuple[Solution, list[BoxCuts]]]
"""Starts from a solution, weights the events by counts drawn, (R, N), and returns R boxes."""


def _search_for(objective: Objective, box: BoxCuts, problem: Problem) -> Search:
    """Return the search that belongs to an objective, near a box."""
    near = _on_grid(place(box, problem.edges))

    def at_working_point(
        start: Solution, drawn: NDArray[np.float64]
    ) -> tuple[Solution, list[BoxCuts]]:
        targets = np.full(len(drawn), box.signal_efficiency)
        solution = settle(_reweighted(problem.sample, near, drawn), start, targets, SWEEPS)
        boxes = [placed(solution.cuts[index]) for index in range(len(drawn))]
        return solution, _on_target(problem, boxes, targets, drawn)

    def at_best_score(
        start: Solution, drawn: NDArray[np.float64]
    ) -> tuple[Solution, list[BoxCuts]]:
        background = float(problem.sample.background.effective[0])
        score = cautious(objective.score, background)
        improve(_reweighted(problem.sample, near, drawn), start.cuts, score)
        boxes = [placed(start.cuts[index]).box(problem.edges) for index in range(len(drawn))]
        ending = safe(objective, background)
        return start, [
            polish(_drawn(problem, times), one, ending, directions=dict(enumerate(one.cases)))
            for one, times in zip(boxes, drawn, strict=True)
        ]

    return at_working_point if isinstance(objective, BackgroundRejection) else at_best_score


def _on_grid(box: Placed) -> Cuts:
    return Cuts(
        box.outside[None],
        np.rint(box.lower).astype(np.intp)[None],
        np.rint(box.upper).astype(np.intp)[None],
    )


def _repeated(solution: Solution, count: int) -> Solution:
    """Return the solution of one problem, (1, F), for several, writable."""
    cuts = solution.cuts
    return Solution(
        Cuts(
            np.repeat(cuts.outside, count, axis=0),
            np.repeat(cuts.lower, count, axis=0),
            np.repeat(cuts.upper, count, axis=0),
        ),
        np.repeat(solution.price, count),
        np.repeat(solution.softening, count),
    )


def _reweighted(sample: Sample, near: Cuts, drawn: NDArray[np.float64]) -> Sample:
    """Return the events that can matter near a box, signal first in `drawn`, reweighted."""
    signal, background = np.split(drawn, [sample.signal.bins.shape[1]], axis=1)
    return replace(
        sample,
        signal=_near(sample.signal, near, signal),
        background=_near(sample.background, near, background),
    )


def _near(events: ClassSample, start: Cuts, drawn: NDArray[np.float64]) -> ClassSample:
    """Return the events that fail at most one of the cuts when these are loosened."""
    closed_low, closed_high = start.lower[0] > 0, start.upper[0] < BINS
    out = np.where(start.outside[0], -NEARBY, NEARBY)
    low = np.where(closed_low, start.lower[0] - out, 0)
    high = np.where(closed_high, start.upper[0] + out, BINS)
    inside = (events.bins >= low[:, None]) & (events.bins < high[:, None])
    failed = np.sum(inside == start.outside[0][:, None], axis=0)
    near = np.flatnonzero(failed <= 1)
    weight = drawn * events.weight
    total = weight.sum(1)
    return ClassSample(
        events.bins[:, near], weight[:, near], total, total**2 / np.square(weight).sum(1)
    )


def _on_target(
    problem: Problem,
    boxes: list[Placed],
    targets: NDArray[np.float64],
    drawn: NDArray[np.float64],
) -> list[BoxCuts]:
    """Return the boxes moved to the targets on the weights of their replicas."""
    return [
        calibrated(_drawn(problem, times), problem.edges, [box], targets[[index]], REACH)[0].box(
            problem.edges
        )
        for index, (box, times) in enumerate(zip(boxes, drawn, strict=True))
    ]


def _drawn(problem: Problem, times: NDArray[np.float64]) -> Events:
    """Return the events, each as often as it was drawn, (N,)."""
    events = problem.events
    return Events(events.x, events.label, events.weight * times)
