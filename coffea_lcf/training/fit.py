"""Learn the cuts of a table: from events to a `FitResult`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

from coffea_lcf.cuts.objectives import Objective
from coffea_lcf.cuts.strategies import (
    Joint,
    MaskedStrategy,
    Parallel,
    ReferenceSequential,
    Sequential,
)
from coffea_lcf.errors import FitError
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Case, Cut
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import distributed, prepare
from coffea_lcf.training.device import resolve_device
from coffea_lcf.training.joint import learn_joint
from coffea_lcf.training.masked import learn_masked
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.recipe import Prior, Recipe
from coffea_lcf.training.recipe import preset as named_preset
from coffea_lcf.training.surviving import surviving
from coffea_lcf.training.task import FitTask, check_settings

STRATEGIES: dict[str, Callable[[], MaskedStrategy | Joint]] = {
    "parallel": Parallel,
    "sequential": Sequential,
    "joint": Joint,
    "reference": ReferenceSequential,
}


def fit(
    table: ObservableTable,
    strategy: str | MaskedStrategy | Joint = "sequential",
    *,
    objective: Objective | None = None,
    directions: Mapping[str, Case | None] | None = None,
    systematics: Mapping[str, Sequence[ObservableTable]] | None = None,
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
        ``parallel``, ``sequential``, ``joint``, ``reference`` (the chain of the
        paper's program, to compare with its figures), or a strategy object.
    objective
        What joint cuts are best for, accuracy by default: `Accuracy`, `SOverSqrtB`,
        `Asimov`, `Punzi` or `BackgroundRejection`, whose several working points give
        as many ``result.selections``, in the order asked for. Efficiencies count
        from the events that pass the fixed cuts.
    directions
        Case of the cut on an observable for joint cuts, None for no cut.
    systematics
        By uncertainty the same events varied up, or up and down. Joint cuts then are
        best for the objective less its systematic spread: the larger shift of each
        uncertainty, added in quadrature.
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
        center or device. Where several processes learn together, also for joint cuts,
        an optimiser other than Newton, or other events in another process.

    References
    ----------
    Li and Sun, "Learnable cut flow for high energy physics", arXiv:2503.22498.
    """
    check_settings(threshold, seed)
    chosen = _strategy(strategy, objective)
    recipe = _recipe(
        preset,
        repeats=repeats,
        validation_fraction=validation_fraction,
        class_prior=class_prior,
    )
    _check_divisible(chosen, recipe, table)
    rest = surviving(table, fixed)
    training, validation = prepare.usable(rest), None
    if recipe.validation_fraction:
        training, validation = training.split(recipe.validation_fraction, seed)
    task = FitTask(
        training=training,
        validation=validation,
        fixed=tuple(fixed),
        recipe=recipe,
        centers=dict(centers or {}),
        directions=dict(directions or {}),
        systematics={
            name: tuple(prepare.varied(surviving(one, fixed), training, rest) for one in own)
            for name, own in (systematics or {}).items()
        },
        threshold=threshold,
        seed=seed,
        device=resolve_device(device),
        progress=progress,
    )
    if isinstance(chosen, Joint):
        return learn_joint(task, chosen)
    for name, given in (("directions", directions), ("systematics", systematics)):
        if given:
            msg = f"{name} are for the joint strategy, not for {chosen.name!r}"
            raise FitError(msg)
    return learn_masked(task, chosen)


def _check_divisible(
    strategy: MaskedStrategy | Joint, recipe: Recipe, table: ObservableTable
) -> None:
    """Raise `FitError` for a fit that several processes cannot do together."""
    if distributed.processes() == 1:
        return
    if isinstance(strategy, Joint):
        msg = "the joint strategy learns in one process: start it without torchrun"
        raise FitError(msg)
    if not isinstance(recipe.optimiser, Newton):
        msg = f"the optimiser {recipe.optimiser.name!r} learns in one process: start it without "
        msg += "torchrun, or choose the preset 'default', whose sums over events can be divided"
        raise FitError(msg)
    first = crc32(table[table.names[0]].tobytes())
    distributed.check_alike(events=len(table), signal=table.label.sum(), checksum=first)


def _recipe(name: str | Recipe, **overrides: Any) -> Recipe:
    recipe = named_preset(name) if isinstance(name, str) else name
    given = {key: value for key, value in overrides.items() if value is not None}
    return replace(recipe, **given)


def _strategy(
    strategy: str | MaskedStrategy | Joint, objective: Objective | None
) -> MaskedStrategy | Joint:
    if isinstance(strategy, str):
        if strategy not in STRATEGIES:
            msg = f"strategy {strategy!r} is not one of {', '.join(STRATEGIES)}"
            raise FitError(msg)
        strategy = STRATEGIES[strategy]()
    if objective is None:
        return strategy
    if not isinstance(strategy, Joint):
        msg = f"an objective is for the joint strategy, not for {strategy.name!r}"
        raise FitError(msg)
    return replace(strategy, objective=objective)
