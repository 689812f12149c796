"""The network behind a skim: how it learns, and what it becomes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any

import torch
from torch import nn

from coffea_lcf.cuts.cut_network import SkimModel
from coffea_lcf.cuts.soft_cut import SoftCut
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.budget import Budget
from coffea_lcf.training.cut_network.cuts import Cuts
from coffea_lcf.training.cut_network.descent import History, Progress, train_behind
from coffea_lcf.training.cut_network.events import SkimEvents, to_device
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.cut_network.result import SkimFit, SkimScorer
from coffea_lcf.training.cut_network.sample import SkimSample


def learn_behind(
    model: SkimModel,
    usable: SkimSample,
    cuts: Cuts,
    starts: Sequence[nn.Module],
    recipe: SkimRecipe,
    seed: int,
    progress: Progress,
) -> History:
    """Train the network of `model` on the usable events that pass `cuts`.

    It begins as the best of itself and `starts`, networks of the same layers.

    Raises
    ------
    FitError
        If the skim leaves no training or no held-out event.
    """
    device = next(model.parameters()).device
    parts: list[SkimEvents] = []
    for name, part in zip(
        ("training", "held-out"), usable.split(recipe.validation_fraction, seed), strict=True
    ):
        events = to_device(part.table, recipe.class_prior, device, part.cloud)
        passing = torch.from_numpy(cuts.selection.mask(part.table)).to(device)
        if not bool(passing.any()):
            msg = f"none of the {len(part)} {name} events passes the skim: widen the budget"
            raise FitError(msg)
        parts.append(events[passing])
    alone = replace(recipe.network, epochs=cuts.epochs)
    candidates = [deepcopy(model.network), *starts] if starts else []
    kept, held_out = parts
    behind = train_behind(model, kept, held_out, candidates, alone, seed, progress)
    return {**cuts.history, **behind}


def skim_result(
    usable: ObservableTable,
    model: SkimModel,
    cuts: Cuts,
    history: History,
    settings: dict[str, Any],
    recipe: SkimRecipe,
    clock: float,
) -> SkimFit:
    """Return the fit with its figures; `clock` is the CPU time at which it began."""
    selection = replace(cuts.selection, provenance={"fit": settings})
    _, held_out = usable.split(recipe.validation_fraction, seed=settings["seed"])
    figures = {"events": float(usable.weight[selection.mask(usable)].sum())}
    for prefix, part in (("", usable), ("held_out_", held_out)):
        found = evaluate(selection, part)
        for name in ("signal_efficiency", "background_efficiency"):
            figures[prefix + name] = found[name]
    figures["cpu_seconds"] = time.process_time() - clock
    scorer = SkimScorer(selection, model, usable.names)
    return SkimFit(selection, scorer, cuts.multiplier, history, figures, settings)


def skim_settings(
    recipe: SkimRecipe, skim: Budget | Selection | None, soft_cut: SoftCut, seed: int
) -> dict[str, Any]:
    """Return how a fit was made, as plain JSON values."""
    given = skim is None or isinstance(skim, Selection)
    chosen = None if given else {"kind": type(skim).__name__, **vars(skim)}
    return {
        "strategy": "cut_network",
        "budget": chosen,
        "soft_cut": repr(soft_cut),
        "seed": seed,
        "recipe": asdict(recipe),
    }
