"""Parallel and sequential cut flows: soft cuts that learn from masked events."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.evaluation import evaluate
from coffea_lcf.result import FitResult
from coffea_lcf.training import prepare
from coffea_lcf.training.assemble import selections, with_spread, without_uninformative
from coffea_lcf.training.columns import columns
from coffea_lcf.training.data import TrainingData, training_data
from coffea_lcf.training.distributed import own_rows
from coffea_lcf.training.monitor import Monitor, hard_error, mean_loss
from coffea_lcf.training.refine import refine
from coffea_lcf.training.task import FitTask


def learn_masked(task: FitTask, strategy: MaskedStrategy) -> FitResult:
    """Return the cuts that `strategy` learns from the events of `task`.

    Raises
    ------
    FitError
        For a constant observable, a center that cannot be, or a class without
        positive weight.
    """
    generator = torch.Generator().manual_seed(task.seed)
    recipe, table = task.recipe, task.training
    scales = prepare.class_scales(table, recipe.class_prior)
    first, *larger = recipe.optimiser.samples(table.label, task.seed)
    start = table.select(first.rows)
    cuts = LearnableCuts(
        *prepare.standardisation(start),
        prepare.centers(start, task.centers),
        recipe.repeats,
        generator,
    ).to(task.device)
    data = training_data(columns(start, scales, first.stands, task.device), cuts)
    stands = torch.as_tensor(first.stands, dtype=torch.float32)
    data = replace(
        data, weight=recipe.optimiser.replicas(data.weight, stands, recipe.repeats, generator)
    ).part(own_rows(data.rows))
    monitor = _monitor(task, strategy, cuts, data)
    recipe.optimiser.train(
        cuts, data, strategy, task.threshold, generator, monitor.record, float(stands.mean())
    )
    monitor.restore()
    recipe.optimiser.finish(cuts, data, strategy, task.threshold)
    for sample in larger:
        events = columns(table.select(sample.rows), scales, sample.stands, task.device)
        refine(cuts, events, strategy, task.threshold)

    importance = cuts.importance().detach().cpu().double().numpy()
    found = selections(harden(cuts, task.threshold), importance, table, task.threshold)
    best = recipe.optimiser.nominal(mean_loss(cuts, data, strategy, task.threshold))
    nominal = with_spread(without_uninformative(found[best], table, recipe.min_significance), found)
    settings = _settings(task, strategy, cuts)
    return FitResult(
        selection=replace(nominal, cuts=(*task.fixed, *nominal.cuts), provenance={"fit": settings}),
        importance=dict(zip(table.names, importance[best].tolist(), strict=True)),
        importance_spread=dict(zip(table.names, _spread(importance), strict=True)),
        history=monitor.history(),
        repeats=found,
        metrics=evaluate(nominal, task.judging),
        settings=settings,
    )


def _settings(task: FitTask, strategy: MaskedStrategy, cuts: LearnableCuts) -> dict[str, Any]:
    return {
        "strategy": strategy.name,
        "seed": task.seed,
        "threshold": task.threshold,
        "device": str(task.device),
        "events": len(task.training),
        "recipe": {**asdict(task.recipe), "optimiser": asdict(task.recipe.optimiser)},
        "centers": dict(zip(task.training.names, cuts.centers.tolist(), strict=True)),
    }


def _monitor(
    task: FitTask, strategy: MaskedStrategy, cuts: LearnableCuts, data: TrainingData
) -> Monitor:
    held_out = None
    if task.validation is not None:
        scales = prepare.class_scales(task.validation, task.recipe.class_prior)
        held_out = training_data(columns(task.validation, scales, 1.0, task.device), cuts)
        held_out = held_out.part(own_rows(held_out.rows))

    def losses() -> tuple[torch.Tensor, torch.Tensor | None]:
        known = mean_loss(cuts, data, strategy, task.threshold)
        if held_out is None:
            return known, None
        return known, mean_loss(cuts, held_out, strategy, task.threshold)

    error = None if held_out is None else partial(hard_error, cuts, held_out, task.threshold)
    return Monitor(cuts, losses, error, task.recipe.patience, task.progress)


def _spread(importance: NDArray[np.float64]) -> list[float]:
    if len(importance) == 1:
        return [0.0] * importance.shape[1]
    return np.asarray(importance.std(axis=0, ddof=1)).tolist()  # type: ignore[no-any-return]
