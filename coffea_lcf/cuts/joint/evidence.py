"""Whether a cut earns more than the fluctuations of the events that fixed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.box import Events
from coffea_lcf.cuts.joint.profile import Score

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


@dataclass(frozen=True, eq=False)
class Option:
    """A cut that may be chosen: its number of boundaries and the events that then pass."""

    sides: int
    mask: NDArray[np.bool_]


def simplest(
    options: Sequence[Option],
    among: NDArray[np.bool_],
    shares: Shares,
    score: Score,
    significance: float,
) -> int:
    """Return the first option whose score is as good as that of the best one.

    Parameters
    ----------
    options
        Cuts on one observable, the simpler ones first.
    among
        Events that pass the cuts on the other observables.
    shares, score
        What each event adds to the efficiencies, and their score.
    significance
        Standard deviations that a cut has to be better than a simpler one; 0 asks for
        more than rounding. A window was chosen among windows of its size in all
        places: with noise alone the best of those with a share p of the events gains
        ``sqrt(2 ln(1/p))`` standard deviations (Dümbgen and Spokoiny, "Multiscale
        testing of qualitative hypotheses", Ann. Statist. 29 (2001) 124), asked for
        on top, so that slivers do not survive.
    """
    scores = [shares.score(score, option.mask) for option in options]
    best = int(np.argmax(scores))
    for index, option in enumerate(options[:best]):
        allowance = ROUNDING * abs(scores[best])
        if significance > 0.0:
            deviations = significance + _by_chance(option, options[best], among)
            allowance += deviations * shares.noise(score, option.mask, options[best].mask)
        if scores[best] - scores[index] <= allowance:
            return index
    return best


def _by_chance(simpler: Option, best: Option, among: NDArray[np.bool_]) -> float:
    """Return the gain, in standard deviations, that a window finds in noise."""
    if best.sides < 2:
        return 0.0
    changed = int(np.count_nonzero(simpler.mask ^ best.mask))
    return float(np.sqrt(2.0 * np.log(int(np.count_nonzero(among)) / max(changed, 1))))
