"""Cuts learned from more events than fit into memory, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy, Parallel, Sequential
from coffea_lcf.errors import FitError
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.census import finite_rows, take_census
from coffea_lcf.training.recipe import Prior, Recipe
from coffea_lcf.training.stream_bins import ColumnOf, Stream, at_once, in_turn
from coffea_lcf.training.stream_fit import StreamTask, learn_stream
from coffea_lcf.training.surviving import surviving
from coffea_lcf.training.task import check_settings

STRATEGIES: dict[str, Callable[[], MaskedStrategy]] = {
    "parallel": Parallel,
    "sequential": Sequential,
}

SAMPLE = 1 << 17
"""Random events that centers, bootstraps, bins and the start come from."""


def fit_stream(
    batches: Callable[[], Iterator[ObservableTable]],
    strategy: str = "sequential",
    *,
    centers: Mapping[str, float] | None = None,
    fixed: Sequence[Cut] = (),
    threshold: float = 0.5,
    seed: int = 0,
    repeats: int | None = None,
    class_prior: Prior = "sample",
    sample: int = SAMPLE,
) -> FitResult:
    """Learn one hard cut an observable from events that come in batches.

    As `coffea_lcf.fit` with its default recipe, but only one batch and a sample are in
    memory at a time. The events are gone over once to sample them; then, to settle the
    cuts on histograms of 4096 bins, once for parallel cuts, and once an observable for
    sequential ones; at last to judge what each cut tells, and for the figures.

    Parameters
    ----------
    batches
        Called for each pass; returns tables with the same events and observables each
        time. A batch is let go before the next is asked for.
    strategy
        ``parallel`` or ``sequential``.
    centers
        Center by observable, in its unit; found from the signal of the sample if not given.
    fixed
        Cuts that come first, as for `coffea_lcf.fit`.
    threshold
        Score of a soft cut from which an event passes, in (0, 1).
    seed
        Seed of the sample and of the bootstraps.
    repeats
        Bootstraps whose spread is reported, the nominal events among them; as many as of
        `Recipe` if not given.
    class_prior
        Scale of signal and background, see `Recipe`.
    sample
        Events of the sample, half of them of each class; 2 at least.

    Returns
    -------
    FitResult
        As of `coffea_lcf.fit`; its history is that of the fit of the sample.

    Raises
    ------
    FitError
        For a missing class, a constant observable, an unknown strategy or center.
    TableError
        If batches hold different observables.

    Warns
    -----
    CoarseBinsWarning
        If a cut is too steep for 4096 bins.
    DroppedEventsWarning
        If events have NaN or infinite observables.
    """
    _check(strategy, threshold, seed, sample)
    recipe = Recipe(class_prior=class_prior)
    left = partial(surviving, fixed=fixed)
    census = take_census(map(left, batches()), sample, np.random.default_rng(seed))
    task = StreamTask(
        census,
        Stream(
            lambda: map(finite_rows, map(left, batches())),
            prepare.scales_of(census.events, census.weights, class_prior),
            census.sample,
            round(sum(census.events)),
        ),
        STRATEGIES[strategy](),
        recipe if repeats is None else replace(recipe, repeats=repeats),
        dict(centers or {}),
        tuple(fixed),
        threshold,
        seed,
    )
    return learn_stream(task, _passes)


def _passes(task: StreamTask, cuts: LearnableCuts) -> ColumnOf:
    """Return the bins of each observable, from as many passes as the strategy needs."""
    masked = task.strategy.leaves(cuts, task.threshold) is not None
    return in_turn(task.stream, cuts) if masked else at_once(task.stream, cuts)


def _check(strategy: str, threshold: float, seed: int, sample: int) -> None:
    if strategy not in STRATEGIES:
        msg = f"strategy {strategy!r} is not one of {', '.join(STRATEGIES)}, "
        msg += "which a stream of events can be fitted with"
        raise FitError(msg)
    check_settings(threshold, seed)
    if sample < 2:
        msg = f"sample = {sample}: a sample needs an event of each class, 2 or more"
        raise FitError(msg)
