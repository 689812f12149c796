"""Bootstrap replicas of a box: how far its boundaries are fixed by the events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.cuts.joint.box import BoxCuts, Case, Events
from coffea_lcf.cuts.joint.calibrate import calibrated
from coffea_lcf.cuts.joint.grid import BINS
from coffea_lcf.cuts.joint.moves import Cuts
from coffea_lcf.cuts.joint.placed import Placed, place, placed
from coffea_lcf.cuts.joint.polishing import allowed_cases
from coffea_lcf.cuts.joint.problem import Problem, checked, prepared
from coffea_lcf.cuts.joint.search import Solution, cautious, improve, settle
from coffea_lcf.cuts.joint.soft import ClassSample, Sample
from coffea_lcf.cuts.objectives import BackgroundRejection, Objective

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


@dataclass(frozen=True, eq=False)
class Replicas:
    """Boundaries of R replicas of a box, shape (R, F), NaN where one has no such boundary."""

    lower: NDArray[np.float32]
    upper: NDArray[np.float32]

    @property
    def cut_share(self) -> NDArray[np.float64]:
        """Share of the replicas that cut on each observable, shape (F,)."""
        return np.asarray((np.isfinite(self.lower) | np.isfinite(self.upper)).mean(0))

    def interval(self, level: float = 0.68) -> NDArray[np.float64]:
        """Return the central interval of each boundary.

        Parameters
        ----------
        level
            Share of the replicas inside, in (0, 1).

        Returns
        -------
        numpy.ndarray
            Shape (2, 2, F): lower and upper boundary, low and high end; NaN for
            boundaries that no replica has.
        """
        ends = 50.0 * np.array([1.0 - level, 1.0 + level])
        intervals = np.full((2, 2, self.lower.shape[1]), np.nan)
        for side, values in enumerate((self.lower, self.upper)):
            some = np.isfinite(values).any(0)
            intervals[side][:, some] = np.nanpercentile(values[:, some], ends, axis=0)
        return intervals


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
) -> Replicas:
    """Return boundaries found again on events drawn with replacement.

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
    events = checked(x, label, weight)
    problem = prepared(events, allowed_cases(events.x.shape[1], directions), seed)
    search = _search_for(objective, box, problem)
    start = Solution(_on_grid(place(box, problem.edges)), np.array([FIRST_PRICE]), np.zeros(1))
    nominal, drawn_once = search(start, np.ones((1, len(problem.events.x))))
    random = np.random.default_rng((seed, 1))
    found: list[Placed] = []
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        drawn = random.poisson(1.0, (size, len(problem.events.x))).astype(np.float64)
        found += search(_repeated(nominal, size), drawn)[1]
    centre = drawn_once[0].box(problem.edges)
    boxes = [one.box(problem.edges) for one in found]
    return Replicas(
        _around(box.lower, centre.lower, np.stack([one.lower for one in boxes])),
        _around(box.upper, centre.upper, np.stack([one.upper for one in boxes])),
    )


def _around(
    nominal: NDArray[np.float32], centre: NDArray[np.float32], found: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return replicas with their scatter about the search of the events as they are.

    The nominal box has been polished after the search, so that its boundaries may lie
    beside those of the search.
    """
    offset = nominal - centre
    return np.asarray(found + np.where(np.isfinite(offset), offset, np.float32(0.0)))


Search = Callable[[Solution, NDArray[np.float64]], tuple[Solution, list[Placed]]]
"""Starts from a solution, weights the events by counts drawn, (R, N), and returns R boxes."""


def _search_for(objective: Objective, box: BoxCuts, problem: Problem) -> Search:
    """Return the search that belongs to an objective, near a box."""
    near = _on_grid(place(box, problem.edges))

    def at_working_point(
        start: Solution, drawn: NDArray[np.float64]
    ) -> tuple[Solution, list[Placed]]:
        targets = np.full(len(drawn), box.signal_efficiency)
        solution = settle(_reweighted(problem.sample, near, drawn), start, targets, SWEEPS)
        boxes = [placed(solution.cuts[index]) for index in range(len(drawn))]
        return solution, _on_target(problem, boxes, targets, drawn)

    def at_best_score(start: Solution, drawn: NDArray[np.float64]) -> tuple[Solution, list[Placed]]:
        score = cautious(objective.score, float(problem.sample.background.effective[0]))
        improve(_reweighted(problem.sample, near, drawn), start.cuts, score)
        return start, [placed(start.cuts[index]) for index in range(len(drawn))]

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
) -> list[Placed]:
    """Return the boxes moved to the targets on the weights of their replicas."""
    events = problem.events
    return [
        calibrated(
            Events(events.x, events.label, events.weight * times),
            problem.edges,
            [box],
            targets[[index]],
            REACH,
        )[0]
        for index, (box, times) in enumerate(zip(boxes, drawn, strict=True))
    ]
