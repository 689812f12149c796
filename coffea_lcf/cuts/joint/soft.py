"""Soft decisions of P boxes on binned events, and one sweep that improves them.

The decision of problem p on event n is the product of soft cuts, each a step of width
SOFTNESS on the common scale, so that events just outside a box still tell where it
should end. A move replaces the cut on one observable, in all problems, by the best
one given the others, on smoothed counts of the events that these let pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.grid import BINS, STEP
from coffea_lcf.cuts.joint.moves import Cuts, Loss, best_cuts, no_cuts
from coffea_lcf.cuts.joint.purity import smoothed
from coffea_lcf.selection import Case

SOFTNESS = 0.06
"""Width of the logistic step of a soft cut, in units of z."""

LEAST_PASSING = 1e-7
"""Soft decision of events far outside, so that its logarithm stays finite."""


@dataclass(frozen=True, eq=False)
class ClassSample:
    """Events of one class.

    Attributes
    ----------
    bins
        Bin of each event along each observable, (F, N).
    weight
        Weights, (1, N), or (P, N) where they differ between problems.
    total
        Sum of weights that counts as efficiency one, (1,) or (P,).
    effective
        Unweighted events of the same relative precision, ``(Σw)² / Σw²``.
    """

    bins: NDArray[np.intp]
    weight: NDArray[np.float64]
    total: NDArray[np.float64]
    effective: NDArray[np.float64]

    def kept(self, decision: NDArray[np.bool_ | np.float32]) -> NDArray[np.float64]:
        """Return the share of the weight that decisions in [0, 1], (P, N), keep."""
        weight = np.broadcast_to(self.weight, decision.shape)
        return np.asarray(np.einsum("pn,pn->p", decision.astype(np.float32), weight) / self.total)


def class_sample(bins: NDArray[np.intp], weight: NDArray[np.float64]) -> ClassSample:
    """Return a sample whose events are all there are."""
    total = weight.sum(1)
    return ClassSample(bins, weight, total, total**2 / np.square(weight).sum(1))


@dataclass(frozen=True, eq=False)
class Sample:
    """Signal and background of a search, and the cases allowed per observable."""

    signal: ClassSample
    background: ClassSample
    cases: tuple[tuple[Case, ...], ...]

    def first(self, count: int) -> Sample:
        """Return the first events of each class, which are in random order."""
        signal, background = (
            class_sample(np.ascontiguousarray(own.bins[:, :count]), own.weight[:, :count])
            for own in (self.signal, self.background)
        )
        return Sample(signal, background, self.cases)


def sweep(sample: Sample, cuts: Cuts, loss: Loss) -> NDArray[np.float64]:
    """Improve the cut on each observable once, in place.

    Parameters
    ----------
    sample
        Binned events.
    cuts
        Cuts of P problems, shape (P, F), overwritten.
    loss
        What each problem minimises.

    Returns
    -------
    numpy.ndarray
        Soft signal efficiencies afterwards, shape (P,).
    """
    classes = (sample.signal, sample.background)
    log_pass = tuple(_log_decision(events, cuts) for events in classes)
    for index, cases in enumerate(sample.cases):
        if not cases:
            continue
        own = cuts[:, index]
        for events, log in zip(classes, log_pass, strict=True):
            _add(log, events.bins[index], own, sign=-1)
        found = _best(sample, log_pass, index, loss)
        cuts.assign(np.s_[:, index], found)
        for events, log in zip(classes, log_pass, strict=True):
            _add(log, events.bins[index], found, sign=1)
    return sample.signal.kept(np.exp(log_pass[0]))


def hard_efficiency(events: ClassSample, cuts: Cuts) -> NDArray[np.float64]:
    """Return the share of the weight that the hard cuts of each problem keep, (P,)."""
    decision = np.ones((len(cuts.lower), events.bins.shape[1]), np.bool_)
    for index, bins in enumerate(events.bins):
        own = cuts[:, index]
        if own.active.any():
            decision &= np.take(_membership(own, softness=0.0) > 0.5, bins, axis=1)
    return events.kept(decision)


def _best(
    sample: Sample, log_pass: tuple[NDArray[np.float32], ...], index: int, loss: Loss
) -> Cuts:
    """Return the best cuts on one observable, none where it has no information."""
    signal, background, informative = smoothed(
        _counts(sample.signal, log_pass[0], index),
        _counts(sample.background, log_pass[1], index),
    )
    found = best_cuts(
        signal / sample.signal.effective[:, None],
        background / sample.background.effective[:, None],
        loss,
        sample.cases[index],
    )
    found.assign(~informative, no_cuts(int(np.count_nonzero(~informative))))
    return found


def _log_decision(events: ClassSample, cuts: Cuts) -> NDArray[np.float32]:
    """Return the logarithm of the product of soft cuts, (P, N)."""
    log_pass = np.zeros((len(cuts.lower), events.bins.shape[1]), np.float32)
    for index, bins in enumerate(events.bins):
        _add(log_pass, bins, cuts[:, index], sign=1)
    return log_pass


def _add(log_pass: NDArray[np.float32], bins: NDArray[np.intp], cuts: Cuts, sign: int) -> None:
    """Multiply the decisions by one observable's soft cut, or divide, in place."""
    if cuts.active.any():
        table = np.log(np.maximum(_membership(cuts, SOFTNESS), LEAST_PASSING))
        log_pass += np.take((sign * table).astype(np.float32), bins, axis=1)


def _counts(events: ClassSample, log_pass: NDArray[np.float32], index: int) -> NDArray[np.float64]:
    """Return effective event counts per bin of one observable, (P, BINS)."""
    passing = np.exp(log_pass)
    weights = np.broadcast_to(events.weight, passing.shape)
    sums = np.stack(
        [
            np.bincount(events.bins[index], share * weight, BINS)
            for share, weight in zip(passing, weights, strict=True)
        ]
    )
    scale = events.effective / events.total
    # a bin whose negative weights win says as much as an empty one
    return np.maximum(sums * scale[:, None], 0.0)


def _membership(cuts: Cuts, softness: float) -> NDArray[np.float64]:
    """Return how much of each bin passes the cut of each problem, (P, BINS)."""
    step = _step(softness)
    inside = step[cuts.upper] - step[cuts.lower]
    return np.where(cuts.outside[:, None], 1.0 - inside, inside)


@lru_cache(maxsize=2)
def _step(softness: float) -> NDArray[np.float64]:
    """Return the share of each bin below each grid position, (BINS + 1, BINS)."""
    depth = STEP * (np.arange(BINS + 1)[:, None] - np.arange(BINS) - 0.5)
    if softness == 0.0:
        return (depth > 0.0).astype(np.float64)
    share = 1.0 / (1.0 + np.exp(np.clip(-depth / softness, -60.0, 60.0)))
    share[0], share[-1] = 0.0, 1.0  # open ends
    return np.asarray(share)
