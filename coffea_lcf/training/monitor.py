"""The losses of a training, step by step, and when to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.losses import masked_bce
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.training.data import TrainingData
from coffea_lcf.training.distributed import counted, summed


@torch.no_grad()
def mean_loss(
    cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
) -> Tensor:
    """Return the masked loss of each repeat over all events of `data`, shape ``(R,)``."""
    total = torch.zeros(cuts.slope.shape[0], dtype=torch.float64, device=data.device)
    for batch in data.chunks():
        gate = strategy.gate(cuts, batch.x, threshold)
        loss = masked_bce(cuts(batch.z, batch.above), batch.label, batch.weight, gate)
        total += loss * len(batch.x)
    return summed(total) / counted(data.rows)


@torch.no_grad()
def hard_error(cuts: LearnableCuts, data: TrainingData, threshold: float) -> float:
    """Return the weighted share of events that the hard cuts misjudge, mean over repeats.

    The masked losses of two steps are those of other events; this is always of all.
    """
    hard = harden(cuts, threshold)
    wrong, total = 0.0, 0.0
    for batch in data.chunks():
        missed = hard.passes(batch.x).all(-1) != (batch.label.squeeze(-1) > 0)
        weight = batch.weight[..., 0]
        wrong += float((missed * weight).mean(0).sum())
        total += float(weight.sum())
    missed_weight, weight = summed(torch.tensor((wrong, total), dtype=torch.float64))
    return float(missed_weight / weight)


@dataclass
class Monitor:
    """Records losses and keeps the state with the least validation error.

    Parameters
    ----------
    losses
        Gives the current ``(loss, val_loss)``, each of shape ``(R,)``; the latter
        None without validation events.
    error
        Gives the current error on the validation events; None without them.
    patience
        Records without improvement after which `record` asks to stop.
    notify
        Called with the step after each record, for a progress bar.
    """

    cuts: LearnableCuts
    losses: Callable[[], tuple[Tensor, Tensor | None]]
    error: Callable[[], float] | None = None
    patience: int | None = None
    notify: Callable[[int], None] | None = None
    steps: list[int] = field(default_factory=list)
    loss: list[NDArray[np.float64]] = field(default_factory=list)
    val_loss: list[NDArray[np.float64]] = field(default_factory=list)
    best: tuple[float, int, dict[str, Tensor]] | None = None

    def record(self, step: int) -> bool:
        """Note the losses after `step`; return whether to stop."""
        loss, val_loss = self.losses()
        self.steps.append(step)
        self.loss.append(loss.cpu().numpy())
        if self.notify is not None:
            self.notify(step)
        if val_loss is None:
            return False
        self.val_loss.append(val_loss.cpu().numpy())
        if self.error is None or self.patience is None:
            return False
        return self._stalled(self.error(), self.patience)

    def _stalled(self, current: float, patience: int) -> bool:
        if self.best is None or current < self.best[0]:
            state = {name: value.clone() for name, value in self.cuts.state_dict().items()}
            self.best = (current, len(self.steps), state)
            return False
        return len(self.steps) - self.best[1] >= patience

    def restore(self) -> None:
        """Put the best state back, where validation chose one."""
        if self.best is not None:
            self.cuts.load_state_dict(self.best[2])

    def history(self) -> dict[str, NDArray[np.float64]]:
        """Return ``step`` (E,), ``loss`` (E, R) and, with validation, ``val_loss`` (E, R)."""
        history = {"step": np.array(self.steps, dtype=np.float64), "loss": np.array(self.loss)}
        if self.val_loss:
            history["val_loss"] = np.array(self.val_loss)
        return history
