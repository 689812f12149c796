"""Cuts learned from more events than fit into memory, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy, Parallel, Sequential
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate_parts
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.assemble import informative, selections, with_spread
from coffea_lcf.training.census import Census, finite_rows, take_census
from coffea_lcf.training.columns import columns
from coffea_lcf.training.data import training_data
from coffea_lcf.training.monitor import Monitor, mean_loss
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.recipe import Prior, Recipe
from coffea_lcf.training.refine import settle_in_turn
from coffea_lcf.training.stream_bins import CPU, Stream, filled_at_once, filled_in_turn
from coffea_lcf.training.surviving import surviving

STRATEGIES: dict[str, Callable[[], MaskedStrategy]] = {
    "parallel": Parallel,
    "sequential": Sequential,
}

SAMPLE = 1 << 17
"""Random events that centers, bootstraps, bins and the start come from."""

History = Mapping[str, NDArray[np.float64]]


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
    chosen, recipe = STRATEGIES[strategy](), Recipe(class_prior=class_prior)
    if repeats is not None:
        recipe = replace(recipe, repeats=repeats)
    left = partial(surviving, fixed=fixed)
    census = take_census(map(left, batches()), sample, np.random.default_rng(seed))
    stream = Stream(
        lambda: map(finite_rows, map(left, batches())),
        prepare.scales_of(census.events, census.weights, class_prior),
        census.sample,
        round(sum(census.events)),
    )
    cuts = LearnableCuts(
        *prepare.standardisation(census.sample),
        prepare.centers(census.sample, centers),
        recipe.repeats,
        torch.Generator().manual_seed(seed),
    )
    history = _start(cuts, census, stream.scales, chosen, threshold, seed)
    masked = chosen.leaves(cuts, threshold) is not None
    column_of = filled_in_turn(stream, cuts) if masked else filled_at_once(stream, cuts)
    settle_in_turn(cuts, column_of, chosen, threshold)
    settings = {
        "strategy": chosen.name,
        "seed": seed,
        "threshold": threshold,
        "device": str(CPU),
        "events": stream.events,
        "sample": len(census.sample),
        "recipe": {**asdict(recipe), "optimiser": asdict(recipe.optimiser)},
        "centers": dict(zip(census.sample.names, cuts.centers.tolist(), strict=True)),
    }
    result = _result(cuts, stream, census.limits, recipe, threshold, history, settings)
    return replace(result, selection=result.selection.within(fixed)) if fixed else result


def _check(strategy: str, threshold: float, seed: int, sample: int) -> None:
    if strategy not in STRATEGIES:
        msg = f"strategy {strategy!r} is not one of {', '.join(STRATEGIES)}, "
        msg += "which a stream of events can be fitted with"
        raise FitError(msg)
    if not 0.0 < threshold < 1.0:
        msg = f"threshold = {threshold!r} is not between 0 and 1"
        raise FitError(msg)
    if seed < 0:
        msg = f"seed = {seed}: seeds are zero or more"
        raise FitError(msg)
    if sample < 2:
        msg = f"sample = {sample}: a sample needs an event of each class, 2 or more"
        raise FitError(msg)


def _start(
    cuts: LearnableCuts,
    census: Census,
    scales: tuple[float, float],
    strategy: MaskedStrategy,
    threshold: float,
    seed: int,
) -> History:
    """Move `cuts` to the minimum on the sample and its bootstraps; return the losses."""
    newton, generator = Newton(), torch.Generator().manual_seed(seed)
    data = training_data(columns(census.sample, scales, census.stands, CPU), cuts)
    stands = torch.as_tensor(census.stands, dtype=torch.float32)
    repeats = len(cuts.theta)
    data = replace(data, weight=newton.replicas(data.weight, stands, repeats, generator))
    monitor = Monitor(cuts, lambda: (mean_loss(cuts, data, strategy, threshold), None))
    mean = float(stands.mean())
    newton.train(cuts, data, strategy, threshold, generator, monitor.record, mean)
    newton.finish(cuts, data, strategy, threshold)
    return monitor.history()


def _result(
    cuts: LearnableCuts,
    stream: Stream,
    limits: ObservableTable,
    recipe: Recipe,
    threshold: float,
    history: History,
    settings: dict[str, Any],
) -> FitResult:
    """Return what the settled `cuts` are worth on all events."""
    names = stream.sample.names
    importance = cuts.importance().detach().double().numpy()
    found = selections(harden(cuts, threshold), importance, limits, threshold)
    nominal = with_spread(informative(found[0], stream.batches, recipe.min_significance), found)
    spread = importance.std(axis=0, ddof=1) if len(found) > 1 else np.zeros(len(names))
    return FitResult(
        selection=replace(nominal, provenance={"fit": settings}),
        importance=dict(zip(names, importance[0].tolist(), strict=True)),
        importance_spread=dict(zip(names, spread.tolist(), strict=True)),
        history=history,
        repeats=found,
        metrics=evaluate_parts(nominal, stream.batches()),
        settings=settings,
    )
