"""How a network is trained: settings, and the schedules of the learning rate by name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from torch.optim import Optimizer
from torch.optim.lr_scheduler import ConstantLR, LRScheduler, OneCycleLR

from coffea_lcf.errors import FitError

Schedule = Literal["constant", "one-cycle"]


@dataclass(frozen=True)
class NetworkRecipe:
    """Settings of the training of a network by Adam.

    Parameters
    ----------
    learning_rate
        Step size; the peak of ``one-cycle``.
    batch_size
        Events of a step; the last, smaller batch of an epoch is used too.
    epochs
        Most passes over the events.
    schedule
        ``constant``, or ``one-cycle``: up to `learning_rate` during three tenths of the
        steps, then down to nothing (arXiv:1708.07120).
    clip_norm
        Longest gradient; a longer one is shortened. None leaves all as they are.
    patience
        Epochs without a lower held-out loss after which training stops; None to go to
        the end.

    Raises
    ------
    FitError
        For a number that is out of its range, or an unknown schedule.
    """

    learning_rate: float = 4e-3
    batch_size: int = 128
    epochs: int = 8
    schedule: Schedule = "one-cycle"
    clip_norm: float | None = 1.0
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.schedule not in get_args(Schedule):
            msg = f"schedule {self.schedule!r} is not one of {', '.join(get_args(Schedule))}"
            raise FitError(msg)
        for name in ("batch_size", "epochs", "patience"):
            count = getattr(self, name)
            if count is not None and count < 1:
                msg = f"{name} = {count}: at least 1 is needed"
                raise FitError(msg)
        for name in ("learning_rate", "clip_norm"):
            size = getattr(self, name)
            if size is not None and not (math.isfinite(size) and size > 0):
                msg = f"{name} = {size} is not a positive number"
                raise FitError(msg)

    def steps(self, events: int) -> int:
        """Return the steps of a whole training on `events` events."""
        return self.epochs * math.ceil(events / self.batch_size)

    def scheduler(self, optimiser: Optimizer, events: int) -> LRScheduler:
        """Return what sets the learning rate of `optimiser` after each step."""
        if self.schedule == "one-cycle":
            return OneCycleLR(optimiser, self.learning_rate, total_steps=self.steps(events))
        return ConstantLR(optimiser, factor=1.0)
