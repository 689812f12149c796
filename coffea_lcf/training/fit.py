"""Learn the cuts of a table: from events to a `FitResult`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import (
    MaskedStrategy,
    Parallel,
    ReferenceSequential,
    Sequential,
)
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.assemble import selections, with_spread, without_uninformative
from coffea_lcf.training.data import TrainingData
from coffea_lcf.training.device import resolve_device
from coffea_lcf.training.monitor import Monitor, mean_loss
from coffea_lcf.training.recipe import Prior, Recipe
from coffea_lcf.training.recipe import preset as named_preset

STRATEGIES: dict[str, Callable[[], MaskedStrategy]] = {
    "parallel": Parallel,
    "sequential": Sequential,
    "reference": ReferenceSequential,
}


def fit(
    table: ObservableTable,
    strategy: str | MaskedStrategy = "sequential",
    *,
    preset: str | Recipe = "default",
    centers: Mapping[str, float] | None = None,
    fixed: Sequence[Cut] = (),
    threshold: float = 0.5,
    seed: int = 0,
    repeats: int | None = None,
    validation_fraction: float | None = None,
    class_prior: Prior | None = None,
    device: str = "auto",
    progress: Callable[[int], None] | None = None,
) -> FitResult:
    """Learn one hard cut an observable that separates signal from background.

    Parameters
    ----------
    table
        The events, with both labels; the order of its observables is the order
        of the cuts.
    strategy
        ``parallel``, ``sequential``, ``reference`` (the chain of the paper's program,
        to compare with its figures), or a strategy object.
    preset
        ``default`` (Newton), ``gradient`` (Adam with early stopping), ``paper``
        (the recipe of arXiv:2503.22498), or a `Recipe`.
    centers
        Center by observable, in its unit; found from the signal if not given.
    fixed
        Cuts that come first, as they are. Events that fail them take no part,
        and their observables get no learned cut.
    threshold
        Score of a soft cut from which an event passes, in (0, 1).
    seed
        Seed of starts, bootstraps, shuffles and the validation split.
    repeats, validation_fraction, class_prior
        Override those of the preset.
    device
        ``auto`` (a GPU if there is one), ``cpu``, ``cuda`` or ``cuda:N``.
    progress
        Called with the number of each finished step.

    Returns
    -------
    FitResult
        Selection, importance, history, repeats and figures.

    Raises
    ------
    FitError
        For a missing class, a constant observable, an unknown strategy, preset,
        center or device.

    References
    ----------
    Li and Sun, "Learnable cut flow for high energy physics", arXiv:2503.22498.
    """
    if not 0.0 < threshold < 1.0:
        msg = f"threshold = {threshold!r} is not between 0 and 1"
        raise FitError(msg)
    if seed < 0:
        msg = f"seed = {seed}: seeds are zero or more"
        raise FitError(msg)
    recipe = _recipe(
        preset,
        repeats=repeats,
        validation_fraction=validation_fraction,
        class_prior=class_prior,
    )
    chosen = _strategy(strategy)
    where = resolve_device(device)
    generator = torch.Generator().manual_seed(seed)

    events = prepare.usable(_surviving(table, fixed))
    training, validation = _split(events, recipe.validation_fraction, seed)
    weight = prepare.training_weights(training, recipe.class_prior)
    cuts = LearnableCuts(
        *prepare.standardisation(training),
        prepare.centers(training, centers),
        recipe.repeats,
        generator,
    ).to(where)
    data = _tensors(training, weight, recipe, cuts, generator)
    monitor = _monitor(cuts, data, validation, recipe, chosen, threshold, progress)
    recipe.optimiser.train(cuts, data, chosen, threshold, generator, monitor.record)
    monitor.restore()
    recipe.optimiser.finish(cuts, data, chosen, threshold)

    found = selections(harden(cuts, threshold), _importance(cuts), training, threshold)
    best = recipe.optimiser.nominal(mean_loss(cuts, data, chosen, threshold))
    nominal = with_spread(
        without_uninformative(found[best], training, recipe.min_significance), found
    )
    settings = {
        "strategy": chosen.name,
        "seed": seed,
        "threshold": threshold,
        "device": str(where),
        "events": len(training),
        "recipe": {**asdict(recipe), "optimiser": asdict(recipe.optimiser)},
        "centers": dict(zip(training.names, cuts.centers.tolist(), strict=True)),
    }
    selection = replace(nominal, cuts=(*fixed, *nominal.cuts), provenance={"fit": settings})
    importance = _importance(cuts)
    return FitResult(
        selection=selection,
        importance=dict(zip(training.names, importance[best].tolist(), strict=True)),
        importance_spread=dict(zip(training.names, _spread(importance), strict=True)),
        history=monitor.history(),
        repeats=found,
        metrics=evaluate(nominal, validation or training),
        settings=settings,
    )


def _recipe(name: str | Recipe, **overrides: Any) -> Recipe:
    recipe = named_preset(name) if isinstance(name, str) else name
    given = {key: value for key, value in overrides.items() if value is not None}
    return replace(recipe, **given)


def _strategy(strategy: str | MaskedStrategy) -> MaskedStrategy:
    if not isinstance(strategy, str):
        return strategy
    if strategy not in STRATEGIES:
        msg = f"strategy {strategy!r} is not one of {', '.join(STRATEGIES)}"
        raise FitError(msg)
    return STRATEGIES[strategy]()


def _surviving(table: ObservableTable, fixed: Sequence[Cut]) -> ObservableTable:
    given = {cut.observable for cut in fixed}
    learned = tuple(name for name in table.names if name not in given)
    if not learned:
        msg = f"every observable ({', '.join(table.names)}) has a fixed cut: nothing to learn"
        raise FitError(msg)
    return table.select(Selection(tuple(fixed)).mask(table)).only(learned) if fixed else table


def _split(
    table: ObservableTable, fraction: float, seed: int
) -> tuple[ObservableTable, ObservableTable | None]:
    return table.split(fraction, seed) if fraction else (table, None)


def _tensors(
    table: ObservableTable,
    weight: NDArray[np.float64],
    recipe: Recipe,
    cuts: LearnableCuts,
    generator: torch.Generator,
) -> TrainingData:
    where = cuts.mean.device
    once = torch.from_numpy(weight.astype(np.float32)).to(where)
    return TrainingData(
        torch.from_numpy(table.matrix()).to(where),
        torch.from_numpy(table.label.astype(np.float32)).to(where),
        recipe.optimiser.replicas(once, recipe.repeats, generator),
        cuts,
    )


def _monitor(
    cuts: LearnableCuts,
    data: TrainingData,
    validation: ObservableTable | None,
    recipe: Recipe,
    strategy: MaskedStrategy,
    threshold: float,
    progress: Callable[[int], None] | None,
) -> Monitor:
    held_out = None
    if validation is not None:
        weight = prepare.training_weights(validation, recipe.class_prior)
        held_out = _tensors(validation, weight, replace(recipe, repeats=1), cuts, torch.Generator())

    def losses() -> tuple[torch.Tensor, torch.Tensor | None]:
        known = mean_loss(cuts, data, strategy, threshold)
        if held_out is None:
            return known, None
        return known, mean_loss(cuts, held_out, strategy, threshold)

    return Monitor(cuts, losses, recipe.patience, progress)


def _importance(cuts: LearnableCuts) -> Any:
    return cuts.importance().detach().cpu().double().numpy()


def _spread(importance: Any) -> list[float]:
    if len(importance) == 1:
        return [0.0] * importance.shape[1]
    spread: list[float] = importance.std(axis=0, ddof=1).tolist()
    return spread
