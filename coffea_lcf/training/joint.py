"""Joint cuts: the arrays of the optimiser, and the selections that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint import BoxCuts, Events, optimise, replicas, withstand
from coffea_lcf.cuts.joint.problem import with_share
from coffea_lcf.cuts.joint.search import safe
from coffea_lcf.cuts.objectives import Accuracy, BackgroundRejection, Objective
from coffea_lcf.cuts.strategies import Joint
from coffea_lcf.errors import FitError, nearest
from coffea_lcf.evaluation import evaluate
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Case, Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.assemble import with_spread
from coffea_lcf.training.task import FitTask


def learn_joint(task: FitTask, strategy: Joint) -> FitResult:
    """Return the cuts that are together best for the objective of `strategy`.

    The first repeat is the fit of the events as they are, the others of Poisson
    bootstraps of them, searched together from there. The importance of an observable
    is the share of its cut in what the objective loses when single cuts are taken out.

    Raises
    ------
    FitError
        For a direction of an unknown observable, or a class without positive weight.
    """
    table = task.training
    weight = prepare.training_weights(table, task.recipe.class_prior)
    even, settings = replace(table, weight=weight), _settings(task, strategy)
    directions = _directions(task)
    events = Events(table.matrix(), table.label.astype(np.int8), weight)
    objective = with_share(strategy.objective, events)
    boxes = _optimised(task, objective, events, directions)
    found = []
    for point, box in enumerate(boxes, start=1):
        others = replicas(
            events.x,
            events.label,
            weight,
            box,
            objective,
            count=task.recipe.repeats - 1,
            directions=directions,
            seed=task.seed,
        )
        alike = (box, *others)
        found.append(tuple(_selection(one, even, objective) for one in alike))
        if task.progress is not None:
            task.progress(point)
    selections = tuple(_finished(with_spread(one[0], one), task, settings) for one in found)
    shares = np.array([_shares(one, table.names) for one in found[0]])
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.zeros(len(table.names))
    return FitResult(
        selection=selections[0],
        importance=dict(zip(table.names, shares[0].tolist(), strict=True)),
        importance_spread=dict(zip(table.names, spread.tolist(), strict=True)),
        history={"step": np.array([1.0]), "objective": np.array([[boxes[0].objective]])},
        repeats=found[0],
        metrics=evaluate(found[0][0], task.judging),
        settings=settings,
        selections=selections,
    )


def _optimised(
    task: FitTask, objective: Objective, events: Events, directions: Mapping[int, Case | None]
) -> tuple[BoxCuts, ...]:
    boxes = optimise(
        events.x, events.label, events.weight, objective, directions=directions, seed=task.seed
    )
    if not task.systematics:
        return boxes
    if isinstance(objective, Accuracy | BackgroundRejection):
        msg = f"systematics have a say in a significance, not in {type(objective).__name__}"
        raise FitError(msg)
    scales = prepare.class_scales(task.training, task.recipe.class_prior)
    varied = [[_events(one, scales) for one in own] for own in task.systematics.values()]
    return (withstand(events, varied, boxes[0], safe(objective, events.effective(0))),)


def _directions(task: FitTask) -> dict[int, Case | None]:
    """Return the cases that are given, by number of the observable."""
    names = task.training.names
    unknown = [name for name in task.directions if name not in names]
    if unknown:
        msg = f"direction given for {unknown[0]!r}, not in the table\n"
        msg += f"  nearest  {nearest(unknown[0], names)}"
        raise FitError(msg)
    return {names.index(name): case for name, case in task.directions.items()}


def _events(table: ObservableTable, scales: tuple[float, float]) -> Events:
    background, signal = scales
    weight = table.scaled(signal, background).weight
    return Events(table.matrix(), table.label.astype(np.int8), weight)


def _selection(box: BoxCuts, table: ObservableTable, objective: Objective) -> Selection:
    """Return the cuts of `box`, with their importance."""
    cuts = tuple(
        _cut(name, case, float(lower), float(upper), table.unit(name))
        for name, case, lower, upper in zip(
            table.names, box.cases, box.lower, box.upper, strict=True
        )
        if case is not None
    )
    unused = tuple(name for name, case in zip(table.names, box.cases, strict=True) if case is None)
    return _weighed(Selection(cuts, unused), table, objective)


def _cut(name: str, case: Case, lower: float, upper: float, unit: str) -> Cut:
    return Cut(
        name,
        case,
        lower=None if np.isnan(lower) else lower,
        upper=None if np.isnan(upper) else upper,
        unit=unit,
    )


def _weighed(selection: Selection, table: ObservableTable, objective: Objective) -> Selection:
    """Return `selection` with the shares of its cuts in what the objective loses."""
    masks = selection.masks(table)
    complete = _score(list(masks.values()), table, objective)
    losses = []
    for name in masks:
        others = [mask for other, mask in masks.items() if other != name]
        losses.append(max(complete - _score(others, table, objective), 0.0))
    total = sum(losses) or 1.0
    weighed = zip(selection.cuts, losses, strict=True)
    return replace(
        selection, cuts=tuple(replace(cut, importance=loss / total) for cut, loss in weighed)
    )


def _score(masks: list[NDArray[np.bool_]], table: ObservableTable, objective: Objective) -> float:
    passed = np.logical_and.reduce([np.ones(len(table), np.bool_), *masks])
    signal, background = (
        table.weight[passed & rows].sum() / table.weight[rows].sum()
        for rows in (table.label, ~table.label)
    )
    return float(objective.score(signal, background))


def _finished(selection: Selection, task: FitTask, settings: dict[str, Any]) -> Selection:
    return replace(
        selection,
        cuts=(*task.fixed, *selection.cuts),
        threshold=task.threshold,
        provenance={"fit": settings},
    )


def _shares(selection: Selection, names: tuple[str, ...]) -> list[float]:
    by_name = {cut.observable: cut.importance or 0.0 for cut in selection.cuts}
    return [by_name.get(name, 0.0) for name in names]


def _settings(task: FitTask, strategy: Joint) -> dict[str, Any]:
    objective = {"kind": type(strategy.objective).__name__, **vars(strategy.objective)}
    return {
        "strategy": strategy.name,
        "objective": objective,
        "systematics": list(task.systematics),
        "seed": task.seed,
        "threshold": task.threshold,
        "device": "cpu",
        "events": len(task.training),
        "recipe": {**asdict(task.recipe), "optimiser": {"name": "joint"}},
    }
