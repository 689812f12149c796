"""A network alone behind given cuts, and what it shares with the joint training."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any

import torch
from torch import nn

from coffea_lcf.cuts.cut_network import CutThenNetwork
from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.cuts.soft_cut import Sigmoid, SoftCut
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.nn.mlp import mlp
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.cut_network.budget import Budget
from coffea_lcf.training.cut_network.descent import History, train_behind
from coffea_lcf.training.cut_network.events import SkimEvents, starting_box, to_device, widths
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.cut_network.result import SkimFit, SkimScorer
from coffea_lcf.training.device import resolve_device

HIDDEN = (16, 32, 64, 32, 16)
"""Widths of the hidden layers of the default network, those of arXiv:2503.22498."""

Network = nn.Module | Sequence[int]
"""A module from ``(N, F)`` to log-odds ``(N, 1)``, which is copied, or hidden widths."""


def unheard(epoch: int) -> None:
    """Ignore a report of progress."""


def fit_behind(
    table: ObservableTable,
    selection: Selection,
    *,
    network: Network = HIDDEN,
    recipe: SkimRecipe | None = None,
    start: SkimFit | None = None,
    seed: int = 0,
    device: str = "auto",
    progress: Callable[[int], None] = unheard,
) -> SkimFit:
    """Train a network alone, with all epochs of `recipe`, on events that pass given cuts.

    Parameters
    ----------
    selection
        The skim; without cuts the network sees all events.
    table, network, recipe, start, seed, device, progress
        As for `fit_skim`.

    Raises
    ------
    FitError, NonFiniteError
        As `fit_skim`.
    """
    clock = time.process_time()
    recipe = recipe or SkimRecipe()
    usable = prepare.usable(table)
    training, _ = usable.split(recipe.validation_fraction, seed)
    shut = {name: None for name in table.names}
    box = starting_box(training, widths(training), shut, Sigmoid(), selection)
    model = new_model(box, network, training, start, seed).to(resolve_device(device))
    history = learn_behind(
        model, usable, selection, [], recipe, recipe.network.epochs, seed, progress
    )
    settings = skim_settings(recipe, None, Sigmoid(), seed)
    return skim_result(usable, selection, model, 0.0, history, settings, recipe, clock)


def new_model(
    box: SoftBox, network: Network, training: ObservableTable, start: SkimFit | None, seed: int
) -> CutThenNetwork:
    """Return cuts with a network: that of `start`, a copy of `network`, or one of its widths."""
    features = len(training.names)
    if start is not None:
        network = start.scorer.model.network
    if isinstance(network, nn.Module):
        model = CutThenNetwork(box, deepcopy(network), features)
    else:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = CutThenNetwork(box, mlp([features, *network, 1]), features)
    model.standardise.measure(torch.from_numpy(training.matrix()))
    return model


def learn_behind(
    model: CutThenNetwork,
    usable: ObservableTable,
    selection: Selection,
    rivals: Sequence[nn.Module],
    recipe: SkimRecipe,
    epochs: int,
    seed: int,
    progress: Callable[[int], None],
) -> History:
    """Train the network of `model` on the usable events that pass a skim.

    It begins from the best of `rivals`, or as it is without them.

    Raises
    ------
    FitError
        If the skim leaves no training or no held-out event.
    """
    device = model.standardise.mean.device
    parts: list[SkimEvents] = []
    for name, part in zip(
        ("training", "held-out"), usable.split(recipe.validation_fraction, seed), strict=True
    ):
        events = to_device(part, recipe.class_prior, device)
        passing = torch.from_numpy(selection.mask(part)).to(device)
        if not bool(passing.any()):
            msg = f"none of the {len(part)} {name} events passes the skim: widen the budget"
            raise FitError(msg)
        parts.append(events[passing])
    alone = replace(recipe.network, epochs=epochs)
    kept, held_out = parts
    return train_behind(model, kept, held_out, rivals, alone, seed, progress)


def skim_result(
    usable: ObservableTable,
    selection: Selection,
    model: CutThenNetwork,
    multiplier: float,
    history: History,
    settings: dict[str, Any],
    recipe: SkimRecipe,
    clock: float,
) -> SkimFit:
    """Return the fit with its figures; `clock` is the CPU time at which it began."""
    selection = replace(selection, provenance={"fit": settings})
    _, held_out = usable.split(recipe.validation_fraction, seed=settings["seed"])
    figures = {"events": float(usable.weight[selection.mask(usable)].sum())}
    for prefix, part in (("", usable), ("held_out_", held_out)):
        found = evaluate(selection, part)
        for name in ("signal_efficiency", "background_efficiency"):
            figures[prefix + name] = found[name]
    figures["cpu_seconds"] = time.process_time() - clock
    scorer = SkimScorer(selection, model, usable.names)
    return SkimFit(selection, scorer, multiplier, history, figures, settings)


def skim_settings(
    recipe: SkimRecipe, budget: Budget | None, soft_cut: SoftCut, seed: int
) -> dict[str, Any]:
    """Return how a fit was made, as plain JSON values."""
    chosen = None if budget is None else {"kind": type(budget).__name__, **vars(budget)}
    return {
        "strategy": "cut_network",
        "budget": chosen,
        "soft_cut": repr(soft_cut),
        "seed": seed,
        "recipe": asdict(recipe),
    }
