"""Cuts that start on a sample and settle on histograms of all events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.evaluation import evaluate_parts
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut
from coffea_lcf.training import prepare
from coffea_lcf.training.assemble import informative, selections, with_spread
from coffea_lcf.training.census import Census
from coffea_lcf.training.columns import columns
from coffea_lcf.training.data import training_data
from coffea_lcf.training.monitor import Monitor, mean_loss
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.recipe import Recipe
from coffea_lcf.training.refine import settle_in_turn
from coffea_lcf.training.stream_bins import CPU, ColumnOf, Stream

History = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class StreamTask:
    """What is to be learned from a stream of events, and how.

    Attributes
    ----------
    census
        What is known of all events, with the sample that the cuts start on.
    stream
        The events behind the fixed cuts.
    strategy, recipe, centers, fixed, threshold, seed
        As of `coffea_lcf.training.task.FitTask`.
    """

    census: Census
    stream: Stream
    strategy: MaskedStrategy
    recipe: Recipe
    centers: Mapping[str, float]
    fixed: tuple[Cut, ...]
    threshold: float
    seed: int


def learn_stream(
    task: StreamTask, filled: Callable[[StreamTask, LearnableCuts], ColumnOf]
) -> FitResult:
    """Return the cuts that settle on what `filled` gives: the bins of each observable."""
    census = task.census
    cuts = LearnableCuts(
        *prepare.standardisation(census.sample),
        prepare.centers(census.sample, task.centers),
        task.recipe.repeats,
        torch.Generator().manual_seed(task.seed),
    )
    history = _start(task, cuts)
    settle_in_turn(cuts, filled(task, cuts), task.strategy, task.threshold)
    return _result(task, cuts, history)


def _start(task: StreamTask, cuts: LearnableCuts) -> History:
    """Move `cuts` to the minimum on the sample and its bootstraps; return the losses."""
    newton, generator = Newton(), torch.Generator().manual_seed(task.seed)
    strategy, threshold, census = task.strategy, task.threshold, task.census
    data = training_data(columns(census.sample, task.stream.scales, census.stands, CPU), cuts)
    stands = torch.as_tensor(census.stands, dtype=torch.float32)
    repeats = len(cuts.theta)
    data = replace(data, weight=newton.replicas(data.weight, stands, repeats, generator))
    monitor = Monitor(cuts, lambda: (mean_loss(cuts, data, strategy, threshold), None))
    mean = float(stands.mean())
    newton.train(cuts, data, strategy, threshold, generator, monitor.record, mean)
    newton.finish(cuts, data, strategy, threshold)
    return monitor.history()


def _result(task: StreamTask, cuts: LearnableCuts, history: History) -> FitResult:
    """Return what the settled `cuts` are worth on all events."""
    stream, settings = task.stream, _settings(task, cuts)
    names = stream.sample.names
    importance = cuts.importance().detach().double().numpy()
    hard = harden(cuts, task.threshold)
    found = selections(hard, importance, task.census.limits, task.threshold)
    nominal = informative(found[0], stream.batches, task.recipe.min_significance)
    nominal = with_spread(nominal, found)
    spread = importance.std(axis=0, ddof=1) if len(found) > 1 else np.zeros(len(names))
    return FitResult(
        selection=replace(nominal.within(task.fixed), provenance={"fit": settings}),
        importance=dict(zip(names, importance[0].tolist(), strict=True)),
        importance_spread=dict(zip(names, spread.tolist(), strict=True)),
        history=history,
        repeats=found,
        metrics=evaluate_parts(nominal, stream.batches()),
        settings=settings,
    )


def _settings(task: StreamTask, cuts: LearnableCuts) -> dict[str, Any]:
    names = task.census.sample.names
    return {
        "strategy": task.strategy.name,
        "seed": task.seed,
        "threshold": task.threshold,
        "device": str(CPU),
        "events": task.stream.events,
        "sample": len(task.census.sample),
        "recipe": {**asdict(task.recipe), "optimiser": asdict(task.recipe.optimiser)},
        "centers": dict(zip(names, cuts.centers.tolist(), strict=True)),
    }
