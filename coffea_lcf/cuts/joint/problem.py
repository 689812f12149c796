"""Events made ready for a search: checked, thinned out and binned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.cuts.joint.box import CHUNK, Events
from coffea_lcf.cuts.joint.grid import Edges, bin_numbers, grid_edges
from coffea_lcf.cuts.joint.soft import ClassSample, Sample, class_sample
from coffea_lcf.cuts.objectives import Accuracy, Objective
from coffea_lcf.errors import FitError, NonFiniteError
from coffea_lcf.selection import Case

SEARCHED = 100_000
"""Events of each class that a search sees; the last adjustment counts all of them."""

GRID_EVENTS = 50_000
"""Events of each class that fix the common scale."""

NAMES = {1: "signal", 0: "background"}


@dataclass(frozen=True, eq=False)
class Problem:
    """The events that a search sees, their grid, and their bins."""

    events: Events
    edges: tuple[Edges, ...]
    sample: Sample


def checked(x: ArrayLike, label: ArrayLike, weight: ArrayLike) -> Events:
    """Return events after checks of shape, labels, finiteness and total weights."""
    events = Events(np.asarray(x, np.float32), np.asarray(label), np.asarray(weight, np.float64))
    rows = events.x.shape[:1]
    if events.x.ndim != 2 or events.label.shape != rows or events.weight.shape != rows:
        msg = (
            f"observables of shape {events.x.shape} do not fit labels {events.label.shape} and "
            f"weights {events.weight.shape}: (N, F), (N,) and (N,) are needed"
        )
        raise FitError(msg)
    if not np.isin(events.label, (0, 1)).all():
        msg = f"labels {np.unique(events.label)[:5]} found: 1 (signal) and 0 (background) are known"
        raise FitError(msg)
    _check_finite(events)
    for label_of, name in NAMES.items():
        total = events.total(label_of)
        if total <= 0.0:
            count = int((events.label == label_of).sum())
            msg = f"the weights of {count} {name} events sum to {total:g}: more than 0 is needed"
            raise FitError(msg)
    return events


def prepared(events: Events, cases: tuple[tuple[Case, ...], ...], seed: int) -> Problem:
    """Return the problem of finding cuts for events, thinned out where there are many."""
    random = np.random.default_rng(seed)
    chosen = {of: _thinned(np.flatnonzero(events.label == of), random) for of in (1, 0)}
    signal, background = events[chosen[1]], events[chosen[0]]
    edges = tuple(
        grid_edges(signal.x[:GRID_EVENTS, index], background.x[:GRID_EVENTS, index])
        for index in range(len(cases))
    )
    sample = Sample(_binned(signal, edges), _binned(background, edges), cases)
    searched = events[np.concatenate([chosen[1], chosen[0]])]
    return Problem(searched, edges, sample)


def _check_finite(events: Events) -> None:
    for start in range(0, len(events.x), CHUNK):
        bad = ~np.isfinite(events.x[start : start + CHUNK]).all(axis=0)
        if bad.any():
            msg = (
                f"observable number {int(np.argmax(bad))} is not finite in events "
                f"{start} to {start + CHUNK}: replace or drop such events before the fit"
            )
            raise NonFiniteError(msg)
    if not np.isfinite(events.weight).all():
        at = int(np.argmin(np.isfinite(events.weight)))
        msg = f"the weight of event {at} is {events.weight[at]}: finite weights are needed"
        raise NonFiniteError(msg)


def _thinned(rows: NDArray[np.intp], random: np.random.Generator) -> NDArray[np.intp]:
    """Return the rows in random order, at most SEARCHED of them."""
    if len(rows) <= SEARCHED:
        return random.permutation(rows)
    return rows[random.choice(len(rows), SEARCHED, replace=False)]


def _binned(events: Events, edges: tuple[Edges, ...]) -> ClassSample:
    bins = np.stack([bin_numbers(events.x[:, at], edge) for at, edge in enumerate(edges)])
    return class_sample(bins, events.weight[None])


def with_share(objective: Objective, events: Events) -> Objective:
    """Return the objective with the class shares that it takes from the events."""
    if isinstance(objective, Accuracy) and objective.signal_fraction is None:
        signal, background = events.total(1), events.total(0)
        return replace(objective, signal_fraction=signal / (signal + background))
    return objective
