"""The cuts of a skim: learned with the network, then settled by counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coffea_lcf.cuts.cut_network import SkimModel
from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.calibrate import calibrated, simplified
from coffea_lcf.training.cut_network.descent import History, Progress, train_jointly
from coffea_lcf.training.cut_network.events import SkimEvents, to_device, widths
from coffea_lcf.training.cut_network.finish import finished, hard_loss, valued
from coffea_lcf.training.cut_network.lagrangian import AugmentedLagrangian, Free
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.cut_network.result import SkimFit
from coffea_lcf.training.cut_network.sample import SkimSample


@dataclass(frozen=True, eq=False)
class Cuts:
    """Hard cuts, and what the network behind them needs to know.

    Attributes
    ----------
    selection
        The cuts.
    epochs
        How many are left for the network.
    multiplier, history
        As of `SkimFit`, of the joint epochs.
    """

    selection: Selection
    epochs: int
    multiplier: float
    history: History


def learn_cuts(
    model: SkimModel,
    box: SoftBox,
    usable: SkimSample,
    constraint: Constraint | None,
    rivals: Sequence[SkimFit],
    recipe: SkimRecipe,
    seed: int,
    progress: Progress,
) -> Cuts:
    """Train `model` with its cuts `box` jointly, and return the best hard cuts.

    Parameters
    ----------
    model, box
        Where to start; both end as trained.
    usable
        All events, of which some are held out.
    constraint
        What the cuts have to meet, None for nothing.
    rivals
        Other skims, whose cuts may be better.
    recipe, seed, progress
        As for `coffea_lcf.training.cut_network.fit_skim`.
    """
    learned, judged = usable.split(recipe.validation_fraction, seed)
    events, judge = (
        to_device(part.table, recipe.class_prior, box.scale.device, part.cloud)
        for part in (learned, judged)
    )
    training, names = learned.table, learned.table.names
    price = _price(constraint, recipe).to(box.scale.device)
    history = train_jointly(model, box, events, price, recipe, seed, progress)
    epochs = max(recipe.network.epochs - recipe.joint_epochs, 1)
    found = box.selection(names, [training.unit(name) for name in names])
    if constraint is None:
        return Cuts(simplified(found, training), epochs, 0.0, history)
    multiplier = float(price.multiplier)
    options = [
        option
        for start in (found, *(one.selection for one in rivals))
        for option in _options(model.eval(), events, constraint, start, multiplier, training)
    ]
    # of those that are left without a cut the error tells, if all are
    movable = [one for one in options if one.cuts] or options
    met = [calibrated(one, usable.table, constraint, widths(training)) for one in movable]
    best = min(met, key=lambda one: hard_loss(model, judge, constraint, one, judged.table))
    return Cuts(best, epochs, multiplier, history)


def _price(constraint: Constraint | None, recipe: SkimRecipe) -> AugmentedLagrangian | Free:
    if constraint is None:
        return Free()
    return AugmentedLagrangian(constraint, recipe.stiffness, recipe.rate)


def _options(
    model: SkimModel,
    events: SkimEvents,
    constraint: Constraint,
    start: Selection,
    price: float,
    training: ObservableTable,
) -> list[Selection]:
    """Return some cuts as they are, and what counting makes of them."""
    worth = valued(model, events, constraint, start, training)
    exact = finished(start, worth, constraint, price, training)
    return [simplified(one, training) for one in (start, exact)]
