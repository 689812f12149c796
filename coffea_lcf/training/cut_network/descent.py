"""The two stages of a joint training: cuts with network, then the network alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from coffea_lcf.cuts.cut_network import SkimModel
from coffea_lcf.cuts.skim_loss import skim_loss
from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.training.cut_network.events import SkimEvents, log_odds
from coffea_lcf.training.cut_network.lagrangian import AugmentedLagrangian, Free
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.network import train_network
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory

History = dict[str, NDArray[np.float64]]
Progress = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class JointLoss:
    """The loss of some training events, with the price of the budget.

    Attributes
    ----------
    events
        The training events.
    box
        The cuts of the model that is trained.
    price
        `AugmentedLagrangian` or `Free`.
    """

    events: SkimEvents
    box: SoftBox
    price: AugmentedLagrangian | Free

    def __call__(self, model: nn.Module, rows: Tensor) -> Tensor:
        """Return the loss of the events `rows`, shape ``()``."""
        some = self.events[rows]
        passing, found = model(some.x, *some.inputs)
        loss = skim_loss(passing, found, some.label, some.weight)
        hard = self.box.hard(some.x)
        price: Tensor = self.price(passing, hard, some.label, some.weight)
        return loss + price


def train_jointly(
    model: SkimModel,
    box: SoftBox,
    events: SkimEvents,
    price: AugmentedLagrangian | Free,
    recipe: SkimRecipe,
    seed: int,
    progress: Progress,
) -> History:
    """Train cuts and network of `model` in place while the cuts sharpen; see `SkimFit.history`.

    Raises
    ------
    NonFiniteError
        If the loss or a parameter becomes NaN or infinite.
    """
    records: list[tuple[float, ...]] = []
    box.slope.fill_(recipe.slope_after(0))

    def after_epoch(history: NetworkHistory) -> None:
        kept = hard_efficiencies(box, events)
        records.append((history.loss[-1], float(box.slope), float(price.multiplier), *kept))
        box.slope.fill_(recipe.slope_after(len(records)))
        progress(len(records))

    epochs = replace(recipe.network, epochs=recipe.joint_epochs)
    loss = JointLoss(events, box, price)
    train_network(model, loss, len(events), epochs, seed=seed, progress=after_epoch)
    names = ("loss", "slope", "multiplier", "signal_efficiency", "background_efficiency")
    return dict(zip(names, np.array(records).T, strict=True))


def train_behind(
    model: SkimModel,
    kept: SkimEvents,
    held_out: SkimEvents,
    candidates: Sequence[nn.Module],
    recipe: NetworkRecipe,
    seed: int,
    progress: Progress,
) -> History:
    """Train the network of `model` in place on events that pass the hard cuts.

    It begins from the one of `candidates`, networks of the same layers or none, that is
    best on `held_out`, and ends in the state of its lowest loss there.
    """
    _take_best(model, candidates, held_out)
    # the loss knows nothing of the cuts, which so stay as they are
    history = train_network(
        model,
        lambda _, rows: _entropy(model, kept[rows]),
        len(kept),
        recipe,
        held_out=lambda _: float(_entropy(model, held_out)),
        seed=seed,
        progress=lambda so_far: progress(len(so_far.loss)),
    )
    return {
        "network_loss": np.array(history.loss),
        "network_held_out": np.array(history.held_out),
    }


@torch.no_grad()
def hard_efficiencies(box: SoftBox, events: SkimEvents) -> tuple[float, float]:
    """Return the weighted shares of signal and background that pass the hard cuts."""
    passing = box.hard(events.x)
    shares = [
        float((events.weight * of * passing).sum() / (events.weight * of).sum())
        for of in (events.label, 1.0 - events.label)
    ]
    return shares[0], shares[1]


def _entropy(model: SkimModel, events: SkimEvents) -> Tensor:
    found = log_odds(model, events.inputs)
    return binary_cross_entropy_with_logits(found, events.label, weight=events.weight)


@torch.no_grad()
def _take_best(model: SkimModel, candidates: Sequence[nn.Module], held_out: SkimEvents) -> None:
    if not candidates:
        return
    losses = []
    for network in candidates:
        model.network.load_state_dict(network.state_dict())
        losses.append(float(_entropy(model.eval(), held_out)))
    best = candidates[int(np.argmin(losses))]
    model.network.load_state_dict(best.state_dict())
