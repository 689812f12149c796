"""The one training loop of networks, whatever their events are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from coffea_lcf.errors import FitError, NonFiniteError
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import (
    NetworkHistory,
    NetworkTraining,
    load_checkpoint,
    save_checkpoint,
)

RowsLoss: TypeAlias = Callable[[nn.Module, Tensor], Tensor]
"""From a network and the numbers of some events ``(B,)``, int64, to their mean loss ``()``."""

HeldOutLoss: TypeAlias = Callable[[nn.Module], float]
"""From a network to its loss on events that it is not trained on."""

EVALUATED = 4096
"""Events that are evaluated at a time."""


def train_network(
    model: nn.Module,
    loss: RowsLoss,
    events: int,
    recipe: NetworkRecipe,
    *,
    held_out: HeldOutLoss | None = None,
    seed: int = 0,
    checkpoint: Path | None = None,
    progress: Callable[[NetworkHistory], None] | None = None,
) -> NetworkHistory:
    """Train `model` in place; it ends in evaluation mode.

    With `held_out` it ends in the state of its lowest held-out loss. Every epoch has random
    numbers of its own, so that a training that goes on from a checkpoint ends, on the CPU,
    as one that was never interrupted. Torch's own random state is left as it was.

    Parameters
    ----------
    model
        A network on the device it is to be trained on.
    loss
        Mean loss of the training events of some numbers, from 0 to ``events - 1``; the
        numbers are on the device of `model`.
    events
        How many training events there are.
    recipe
        The settings.
    held_out
        Loss on other events, for example `mean_loss` of them; called without gradients.
    seed
        Seed of the shuffling and of dropout; where to start is in `model` already.
    checkpoint
        File to which the training is written after each epoch, and from which it goes on
        if the file is there; None for no file.
    progress
        Called after each epoch with the losses so far.

    Raises
    ------
    FitError
        Without events, or if `checkpoint` is of another training.
    NonFiniteError
        If a loss or a parameter becomes NaN or infinite.
    """
    if events < 1:
        msg = f"{events} training events: at least 1 is needed"
        raise FitError(msg)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, fused=True)
    training = NetworkTraining(model, optimiser, recipe.scheduler(optimiser, events))
    identity = {**asdict(recipe), "events": events, "seed": seed}
    if checkpoint is not None and checkpoint.exists():
        load_checkpoint(checkpoint, training, identity)
    while not _finished(training, recipe):
        _epoch(training, loss, events, recipe, seed)
        _evaluate(training, held_out)
        if checkpoint is not None:
            save_checkpoint(checkpoint, training, identity)
        if progress is not None:
            progress(training.history)
    if training.best:
        model.load_state_dict(training.best)
    model.eval()
    return training.history


@torch.no_grad()
def mean_loss(model: nn.Module, loss: RowsLoss, rows: Tensor) -> float:
    """Return the mean loss of the events `rows` ``(N,)``, evaluated some thousand at a time."""
    parts = rows.split(EVALUATED)  # type: ignore[no-untyped-call]
    return sum(float(loss(model, part)) * len(part) for part in parts) / len(rows)


def _finished(training: NetworkTraining, recipe: NetworkRecipe) -> bool:
    done = len(training.loss)
    waited = done - training.history.best_epoch
    return done >= recipe.epochs or (recipe.patience is not None and waited >= recipe.patience)


def _epoch(
    training: NetworkTraining, loss: RowsLoss, events: int, recipe: NetworkRecipe, seed: int
) -> None:
    model = training.model.train()
    parameters = list(model.parameters())
    device = parameters[0].device
    total = torch.zeros((), dtype=torch.float64, device=device)
    with _random_numbers(device, seed, epoch=len(training.loss)):
        order = torch.randperm(events).to(device)
        for rows in order.split(recipe.batch_size):  # type: ignore[no-untyped-call]
            training.optimiser.zero_grad()
            value = loss(model, rows)
            value.backward()  # type: ignore[no-untyped-call]
            if recipe.clip_norm is not None:
                clip_grad_norm_(parameters, recipe.clip_norm)
            training.optimiser.step()
            training.scheduler.step()
            total += value.detach() * len(rows)
    training.loss.append(float(total) / events)
    # the loss was taken before each step: the last one shows in the parameters alone
    if not all(bool(parameter.isfinite().all()) for parameter in parameters):
        raise NonFiniteError(_diverged("a parameter is not finite", training))
    if not math.isfinite(training.loss[-1]):
        raise NonFiniteError(_diverged(f"the loss is {training.loss[-1]}", training))


@torch.no_grad()
def _evaluate(training: NetworkTraining, held_out: HeldOutLoss | None) -> None:
    """Note the held-out loss and keep the state if it is the lowest so far."""
    if held_out is None:
        return
    training.held_out.append(float(held_out(training.model.eval())))
    if not math.isfinite(training.held_out[-1]):
        raise NonFiniteError(_diverged(f"the held-out loss is {training.held_out[-1]}", training))
    if training.history.best_epoch == len(training.held_out):
        training.best.update(deepcopy(training.model.state_dict()))


@contextmanager
def _random_numbers(device: torch.device, seed: int, epoch: int) -> Iterator[None]:
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0]))
        yield


def _diverged(what: str, training: NetworkTraining) -> str:
    return (
        f"{what} in epoch {len(training.loss)}\n"
        f"  look for NaN in the inputs, or lower learning_rate or clip_norm"
    )
