"""What changes while a network is trained, and the file that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from coffea_lcf.errors import FitError
from coffea_lcf.writing import written_beside


@dataclass(frozen=True)
class NetworkHistory:
    """The losses of a training, one an epoch.

    Attributes
    ----------
    loss
        Mean over the training events while the network learned from them.
    held_out
        Loss on the held-out events after the epoch; empty without them.
    """

    loss: tuple[float, ...]
    held_out: tuple[float, ...] = ()

    @property
    def best_epoch(self) -> int:
        """The epoch, from 1, whose network is kept: of the lowest held-out loss, else the last."""
        if not self.held_out:
            return len(self.loss)
        return 1 + min(range(len(self.held_out)), key=self.held_out.__getitem__)


@dataclass(frozen=True, eq=False)
class NetworkTraining:
    """A training between two epochs.

    Attributes
    ----------
    model, optimiser, scheduler
        Objects with a state of their own.
    loss, held_out
        As in `NetworkHistory`, growing.
    best
        State of `model` after the best epoch; empty without held-out events.
    """

    model: nn.Module
    optimiser: Optimizer
    scheduler: LRScheduler
    loss: list[float] = field(default_factory=list)
    held_out: list[float] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)

    @property
    def history(self) -> NetworkHistory:
        """The losses so far."""
        return NetworkHistory(tuple(self.loss), tuple(self.held_out))


def save_checkpoint(path: Path, training: NetworkTraining, identity: Mapping[str, Any]) -> None:
    """Write `training` to `path`, beside and renamed.

    Parameters
    ----------
    path
        The file.
    training
        What to write.
    identity
        Numbers and strings that tell this training from others.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    document = {
        "identity": dict(identity),
        "model": training.model.state_dict(),
        "optimiser": training.optimiser.state_dict(),
        "scheduler": training.scheduler.state_dict(),
        "loss": training.loss,
        "held_out": training.held_out,
        "best": training.best,
    }
    with written_beside(path) as part:
        torch.save(document, part)


def load_checkpoint(path: Path, training: NetworkTraining, identity: Mapping[str, Any]) -> None:
    """Put the state in `path` into a `training` that has not begun.

    Raises
    ------
    FitError
        If the file is no checkpoint, or one of another training: of another `identity`, or
        of a network with other parameters.
    """
    device = next(training.model.parameters()).device
    try:
        document = torch.load(path, map_location=device, weights_only=True)
        found = document["identity"]
        if found != identity:
            raise FitError(_difference(path, found, identity))
        training.model.load_state_dict(document["model"])
        training.optimiser.load_state_dict(document["optimiser"])
        training.scheduler.load_state_dict(document["scheduler"])
    except FitError:
        raise
    # a truncated file, another kind of file and another network fail in as many ways
    except Exception as error:
        msg = (
            f"{path} is not a checkpoint of this network: {error}\n"
            f"  delete it to train from the start, or name another file"
        )
        raise FitError(msg) from error
    training.loss.extend(document["loss"])
    training.held_out.extend(document["held_out"])
    training.best.update(document["best"])


def _difference(path: Path, found: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    name = next(key for key in asked if found.get(key) != asked[key])
    return (
        f"{path} is a checkpoint of another training: {name} {found.get(name)} there, "
        f"{asked[name]} here\n"
        f"  delete it to train from the start, or name another file"
    )
