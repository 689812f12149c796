"""A box moved to where its score is best even when systematic uncertainties are against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.box import BoxCuts, Events, efficiencies
from coffea_lcf.cuts.joint.profile import Score
from coffea_lcf.selection import Case

Systematic = Sequence[Events]
"""The events under one uncertainty: up and perhaps down, weighted like the nominal ones."""

COARSE, FINE = 40, 400
"""Boundaries tried when two observables move together, and when one moves alone."""

MOST_ROUNDS = 20
LEAST_GAIN = 1e-9


@dataclass(frozen=True, eq=False)
class Axis:
    """Cuts that one observable could have instead of its own.

    Attributes
    ----------
    index
        Of the observable.
    case
        Of all the cuts.
    lower, upper
        Boundaries, shape (K,), NaN where the case has none; the present ones first.
    """

    index: int
    case: Case | None
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]

    def codes(self, values: NDArray[np.float32]) -> NDArray[np.intp]:
        """Return where values lie: 2k between two edges, 2k + 1 on edge k."""
        edges = self._edges()
        return np.searchsorted(edges, values, "left") + np.searchsorted(edges, values, "right")

    def keeps(self) -> NDArray[np.float64]:
        """Return 1 where a cut keeps a code, shape (K, codes)."""
        edges = self._edges()
        codes = np.arange(2 * len(edges) + 1, dtype=np.float32)
        lower, upper = (
            np.where(np.isnan(ends), np.nan, 2 * np.searchsorted(edges, ends) + 1)
            for ends in (self.lower, self.upper)
        )
        cases = (self.case,) * len(lower)
        in_codes = BoxCuts(cases, lower.astype(np.float32), upper.astype(np.float32))
        rows = [in_codes.passes_one(codes, row) for row in range(len(cases))]
        return np.array(rows, np.float64)

    def _edges(self) -> NDArray[np.float32]:
        both = np.r_[self.lower, self.upper]
        return np.unique(both[np.isfinite(both)])


def withstand(
    events: Events, systematics: Sequence[Systematic], box: BoxCuts, score: Score
) -> BoxCuts:
    """Return `box` with the boundaries at which the lower edge of its score is highest.

    The lower edge is the nominal score less its systematic spread: the larger shift
    of each uncertainty, added in quadrature. Boundaries move, in pairs of observables
    and then one by one, until none of them gains; cases stay as they are.

    Parameters
    ----------
    events
        The nominal events.
    systematics
        The events under each uncertainty.
    box
        Where to start.
    score
        Objective of signal and background efficiencies, vectorised.

    Returns
    -------
    BoxCuts
        Its efficiencies are nominal, its objective is the lower edge.
    """
    samples = [events, *(one for systematic in systematics for one in systematic)]
    sizes = [len(systematic) for systematic in systematics]
    best = -np.inf
    for _ in range(MOST_ROUNDS):
        before = best
        for axes in _moves(events, box):
            background, signal = _over(samples, box, axes)
            edge = lower_edge(score(signal, background), sizes)
            at = np.unravel_index(int(np.argmax(edge)), edge.shape)
            if edge[at] > best + LEAST_GAIN:
                best = float(edge[at])
                box = _with(box, axes, at)
        if best == before:
            break
    return replace(
        box,
        background_efficiency=float(efficiencies(events, [box], 0)[0]),
        signal_efficiency=float(efficiencies(events, [box], 1)[0]),
        objective=best,
    )


def lower_edge(scores: NDArray[np.float64], sizes: Sequence[int]) -> NDArray[np.float64]:
    """Return nominal scores less their systematic spread, shape (...).

    Parameters
    ----------
    scores
        Shape (1 + V, ...): nominal first, then the variations of each uncertainty.
    sizes
        How many variations each uncertainty has, summing to V.
    """
    shifts = np.abs(scores[1:] - scores[0])
    parts = np.split(shifts, np.cumsum(sizes)[:-1]) if sizes else []
    squares = sum((part.max(axis=0) ** 2 for part in parts), np.zeros(scores.shape[1:]))
    return np.asarray(scores[0] - np.sqrt(squares))


def _moves(events: Events, box: BoxCuts) -> Iterator[tuple[Axis, ...]]:
    """Yield what may move: boundaries of two observables together, then single ones."""
    sides = [
        (index, side)
        for index in range(len(box.cases))
        for side in ("lower", "upper")
        if np.isfinite(getattr(box, side)[index])
    ]
    for first, second in combinations(sides, 2):
        if first[0] != second[0]:
            yield _axis(events, box, *first, COARSE), _axis(events, box, *second, COARSE)
    for index, side in sides:
        yield (_axis(events, box, index, side, FINE),)


def _axis(events: Events, box: BoxCuts, index: int, side: str, count: int) -> Axis:
    """Return cuts with one boundary at quantiles of the observable."""
    places = np.quantile(events.x[:, index], np.linspace(0.0, 1.0, count)).astype(np.float32)
    present = {name: getattr(box, name)[index] for name in ("lower", "upper")}
    moved = np.r_[present[side], np.unique(places)].astype(np.float32)
    ends = {name: np.full(len(moved), value) for name, value in present.items()} | {side: moved}
    ordered = ~(ends["lower"] >= ends["upper"])
    return Axis(index, box.cases[index], ends["lower"][ordered], ends["upper"][ordered])


def _over(
    samples: Sequence[Events], box: BoxCuts, axes: Sequence[Axis]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return background and signal efficiencies, each (samples, K of each axis).

    They are on the scale of the first sample: a weight that varies changes the yield.
    """
    indices = [axis.index for axis in axes]
    elsewhere = replace(
        box, cases=tuple(None if at in indices else case for at, case in enumerate(box.cases))
    )
    found = []
    for of in (0, 1):
        kept_weights = []
        for one in samples:
            rows = elsewhere.passes(one.x) & (one.label == of)
            counts = one.weight[rows]
            codes = [axis.codes(one.x[rows, axis.index]) for axis in axes]
            keeps = [axis.keeps() for axis in axes]
            shape = tuple(keep.shape[1] for keep in keeps)
            flat = np.bincount(np.ravel_multi_index(codes, shape), counts, np.prod(shape))
            table = flat.reshape(shape)
            for keep in keeps:
                # the first axis is summed over and comes back as the last
                table = np.tensordot(table, keep, axes=(0, 1))
            kept_weights.append(table / samples[0].total(of))
        found.append(np.array(kept_weights))
    return found[0], found[1]


def _with(box: BoxCuts, axes: Sequence[Axis], at: Sequence[np.intp]) -> BoxCuts:
    """Return the box with one of the cuts of each axis."""
    for axis, chosen in zip(axes, at, strict=True):
        box = box.with_cut(axis.index, axis.case, axis.lower[chosen], axis.upper[chosen])
    return box
