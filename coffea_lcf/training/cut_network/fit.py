"""Learn a skim and the network behind it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from copy import deepcopy

from coffea_lcf.cuts.cut_network import CutThenNetwork
from coffea_lcf.cuts.soft_cut import Sigmoid, SoftCut
from coffea_lcf.selection import Case, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.cut_network.behind import (
    HIDDEN,
    Network,
    learn_behind,
    new_model,
    skim_result,
    skim_settings,
    unheard,
)
from coffea_lcf.training.cut_network.budget import Budget, Constraint
from coffea_lcf.training.cut_network.calibrate import calibrated, simplified
from coffea_lcf.training.cut_network.descent import train_jointly
from coffea_lcf.training.cut_network.events import SkimEvents, starting_box, to_device, widths
from coffea_lcf.training.cut_network.finish import finished, hard_loss, valued
from coffea_lcf.training.cut_network.lagrangian import AugmentedLagrangian, Free
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.cut_network.result import SkimFit
from coffea_lcf.training.device import resolve_device


class NoBudgetWarning(UserWarning):
    """Nothing makes a skim tight."""


def fit_skim(
    table: ObservableTable,
    budget: Budget | None = None,
    *,
    network: Network = HIDDEN,
    soft_cut: SoftCut | None = None,
    recipe: SkimRecipe | None = None,
    directions: Mapping[str, Case | None] | None = None,
    start: SkimFit | None = None,
    seed: int = 0,
    device: str = "auto",
    progress: Callable[[int], None] = unheard,
) -> SkimFit:
    """Train cuts and the network behind them in one graph, under a budget.

    Parameters
    ----------
    table
        The events, with both labels.
    budget
        `BackgroundFraction`, `BackgroundEvents`, `Bytes` or `SignalEfficiency`, met on hard
        counts of all events given. Without one a warning says that the cuts will open.
    network
        A module from standardised observables ``(N, F)`` to log-odds ``(N, 1)``, of which a
        copy is trained, or the widths of the hidden layers of a perceptron.
    soft_cut
        `Sigmoid`, by default, `Erf` or `StraightThrough`.
    recipe
        Steps, slopes and the stiffness of the budget.
    directions
        Case of the cut by observable, None for no cut; elsewhere two boundaries are tried,
        and those that reject next to nothing are dropped.
    start
        A fit of the same observables and network, usually of a looser budget, to start from.
    seed
        Of the network's start, the batches and the held-out events.
    device
        ``auto`` (a GPU if there is one), ``cpu``, ``cuda`` or ``cuda:N``.
    progress
        Called with the number of each finished epoch, of either stage.

    Raises
    ------
    FitError
        If a class is missing, an observable is constant, the budget cannot be met, or for
        an unknown direction or device.
    NonFiniteError
        If the training diverges.
    """
    clock = time.process_time()
    recipe, soft_cut = recipe or SkimRecipe(), soft_cut or Sigmoid()
    usable = prepare.usable(table)
    constraint = None if budget is None else budget.constraint(table)
    if constraint is None:
        message = "no budget: the network can do what a cut does, so that the cuts will open"
        warnings.warn(message, NoBudgetWarning, stacklevel=2)
    training, _ = usable.split(recipe.validation_fraction, seed)
    scales = widths(training)
    origin = start.selection if start is not None else Selection(())
    box = starting_box(training, scales, directions or {}, soft_cut, origin)
    model = new_model(box, network, training, start, seed).to(resolve_device(device))
    price = _price(constraint, recipe).to(resolve_device(device))
    events = to_device(training, recipe.class_prior, resolve_device(device))
    history = train_jointly(model, box, events, price, recipe, seed, progress)
    found = box.selection(table.names, [table.unit(name) for name in table.names])
    selection, multiplier = simplified(found, training), 0.0
    if constraint is not None:
        multiplier = float(price.multiplier)
        options = _options(model.eval(), events, constraint, found, multiplier, training)
        met = [calibrated(option, usable, constraint, scales) for option in options]
        selection = min(met, key=lambda one: hard_loss(model, events, constraint, one, training))
    rest = max(recipe.network.epochs - recipe.joint_epochs, 1)
    # cuts on the move make a network learn what the held-out events do not confirm
    rivals = [] if start is None else [deepcopy(model.network), start.scorer.model.network]
    history |= learn_behind(model, usable, selection, rivals, recipe, rest, seed, progress)
    settings = skim_settings(recipe, budget, soft_cut, seed)
    return skim_result(usable, selection, model, multiplier, history, settings, recipe, clock)


def _price(constraint: Constraint | None, recipe: SkimRecipe) -> AugmentedLagrangian | Free:
    if constraint is None:
        return Free()
    return AugmentedLagrangian(constraint, recipe.stiffness, recipe.rate)


def _options(
    model: CutThenNetwork,
    events: SkimEvents,
    constraint: Constraint,
    found: Selection,
    price: float,
    training: ObservableTable,
) -> list[Selection]:
    """Return the cuts of the soft training, and what counting makes of them."""
    worth = valued(model, events, constraint, found, training)
    exact = finished(found, worth, constraint, price, training)
    return [simplified(one, training) for one in (found, exact)]
