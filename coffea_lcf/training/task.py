"""What a strategy is asked to learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from coffea_lcf.errors import FitError
from coffea_lcf.selection import Case, Cut
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class FitTask:
    """The events of a fit and its settings, checked.

    Attributes
    ----------
    training, validation
        Finite events of both classes; no validation events if None.
    fixed
        Cuts that come first, and that all events pass.
    recipe
        Optimiser, repeats, class prior.
    centers
        Centers that the user gave, by observable.
    directions
        Cases that the user gave, by observable; None for no cut.
    systematics
        By uncertainty the events varied up and perhaps down, with the weights of
        the training.
    threshold
        Score of a soft cut from which an event passes.
    seed
        Seed of everything random.
    device
        Where tensors live.
    progress
        Called with the number of each finished step.
    """

    training: ObservableTable
    validation: ObservableTable | None
    fixed: tuple[Cut, ...]
    recipe: Recipe
    centers: Mapping[str, float]
    directions: Mapping[str, Case | None]
    systematics: Mapping[str, tuple[ObservableTable, ...]]
    threshold: float
    seed: int
    device: torch.device
    progress: Callable[[int], None] | None = None

    @property
    def judging(self) -> ObservableTable:
        """The events that figures are quoted on: validation, or else training."""
        return self.validation or self.training


def check_settings(threshold: float, seed: int) -> None:
    """Raise `FitError` for a threshold or seed that no fit can have."""
    if not 0.0 < threshold < 1.0:
        msg = f"threshold = {threshold!r} is not between 0 and 1"
        raise FitError(msg)
    if seed < 0:
        msg = f"seed = {seed}: seeds are zero or more"
        raise FitError(msg)
