"""Search for boxes at given signal efficiencies, or of the best score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.cuts.joint.moves import Cuts, no_cuts
from coffea_lcf.cuts.joint.profile import Score
from coffea_lcf.cuts.joint.soft import Sample, hard_efficiency, sweep
from coffea_lcf.cuts.objectives import Objective, is_guarded

STIFFNESS = 10.0
"""Weight of the squared miss of the target in the augmented Lagrangian."""

FIRST_TARGET = 0.97
"""Signal efficiency from which the targets descend."""

DESCENT = 16
"""Targets between the first and the one asked for."""

SWEEPS = 2
"""Sweeps at each target on the way."""

SETTLING = 8
"""Sweeps at the last target."""

DESCENT_EVENTS = 40_000
"""Events of each class that show the way down; all of them count at the last target."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Cuts of P problems, (P, F), and what steers them to their targets, (P,).

    Attributes
    ----------
    cuts
        The cuts; further sweeps overwrite them.
    price
        Multiplier of the target, d ln ε_b / d ln ε_s at the optimum.
    softening
        Logarithm of soft over hard signal efficiency: targets are for hard cuts.
    """

    cuts: Cuts
    price: NDArray[np.float64]
    softening: NDArray[np.float64]


def descend(sample: Sample, targets: NDArray[np.float64]) -> Solution:
    """Return cuts of least background at each signal efficiency, shape (P,).

    The targets are approached from above in steps, so that all observables share in
    the tightening and no early cut has to be taken back.
    """
    count = len(targets)
    solution = Solution(no_cuts(count, len(sample.cases)), np.ones(count), np.zeros(count))
    first = np.maximum(FIRST_TARGET, targets)
    thin = sample.first(DESCENT_EVENTS)
    for step in range(1, DESCENT):
        share = step / DESCENT
        solution = settle(thin, solution, first ** (1.0 - share) * targets**share, SWEEPS)
    return settle(sample, solution, targets, SETTLING)


def settle(
    sample: Sample, solution: Solution, targets: NDArray[np.float64], sweeps: int
) -> Solution:
    """Return the solution after sweeps at fixed targets.

    Each sweep minimises the augmented Lagrangian
    ``ln ε_b - price m + STIFFNESS m² / 2`` of the miss ``m = ln(ε_s / target)``.
    """
    half_event = 0.5 / sample.background.effective[:, None]
    for _ in range(sweeps):
        goal = (np.log(targets) + solution.softening)[:, None]
        price = solution.price[:, None]

        def loss(
            signal: NDArray[np.float64],
            background: NDArray[np.float64],
            goal: NDArray[np.float64] = goal,
            price: NDArray[np.float64] = price,
        ) -> NDArray[np.float64]:
            miss = np.log(np.maximum(signal, 1e-9)) - goal
            log_background = np.log(np.maximum(background, 0.0) + half_event)
            return np.asarray(log_background - price * miss + 0.5 * STIFFNESS * miss**2)

        soft = np.maximum(sweep(sample, solution.cuts, loss), 1e-6)
        hard = np.maximum(hard_efficiency(sample.signal, solution.cuts), 1e-6)
        miss = np.clip(np.log(hard / targets), -1.0, 1.0)
        solution = Solution(
            solution.cuts,
            np.clip(solution.price - 0.5 * STIFFNESS * miss, 0.1, 100.0),
            np.clip(np.log(soft / hard), -1.0, 1.0),
        )
    return solution


def improve(sample: Sample, cuts: Cuts, score: Score) -> None:
    """Improve the cuts of P problems, in place, for a score of both efficiencies, > 0."""

    def loss(signal: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
        value = score(np.maximum(signal, 0.0), np.maximum(background, 0.0))
        return np.asarray(-np.log(np.maximum(value, 1e-30)))

    for _ in range(SETTLING):
        sweep(sample, cuts, loss)


def safe(objective: Objective, events: float) -> Score:
    """Return the score of an objective that is guarded, of others the `cautious` one."""
    return objective.score if is_guarded(objective) else cautious(objective.score, events)


def cautious(score: Score, events: float) -> Score:
    """Return the score of a background two standard deviations above the count.

    Parameters
    ----------
    score
        Objective of signal and background efficiencies.
    events
        Effective number of background events before the cuts: n of them that pass are
        taken as ``n + 2 sqrt(n + 1)``, so that an empty corner is not a perfect one.
    """

    def value(signal: ArrayLike, background: ArrayLike) -> NDArray[np.float64]:
        count = np.maximum(np.asarray(background, np.float64), 0.0) * events
        return score(signal, (count + 2.0 * np.sqrt(count + 1.0)) / events)

    return value
