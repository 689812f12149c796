"""Training events as columns, for networks that take observables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

import torch
from torch import nn

from coffea_lcf.table import ObservableTable
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory
from coffea_lcf.training.on_jets import Options
from coffea_lcf.training.tagger import LabelledJets, labelled, train_tagger


@dataclass(frozen=True, eq=False)
class TrainingColumns:
    """Events to learn from.

    Attributes
    ----------
    table
        What a network takes, in its order.
    """

    table: ObservableTable

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.table)

    def split(self, fraction: float, seed: int) -> tuple[TrainingColumns, TrainingColumns | None]:
        """Return the events to learn from, and a share that only chooses the epoch, if any."""
        if not fraction:
            return self, None
        first, second = self.table.split(fraction, seed)
        return TrainingColumns(first), TrainingColumns(second) if len(second) else None

    def labelled(self, device: torch.device) -> LabelledJets:
        """Return the events as taggers learn from them.

        Raises
        ------
        FitError
            If a class is missing, or an observable is not finite.
        """
        return labelled(self.table.matrix(), self.table.label, self.table.weight, device)


def train_on_columns(
    model: nn.Module,
    events: TrainingColumns,
    validation: TrainingColumns | None,
    recipe: NetworkRecipe,
    **options: Unpack[Options],
) -> NetworkHistory:
    """Train `model` in place on the device it is on.

    Parameters
    ----------
    model
        A network on the observables of `events`.
    events
        To learn from.
    validation
        Events whose loss decides which epoch is kept.
    recipe
        Settings.
    **options
        As for `coffea_lcf.training.on_jets.train_on_jets`.

    Raises
    ------
    FitError, NonFiniteError
        Without one of the labels, or if it diverges.
    """
    device = next(model.parameters()).device
    unseen = None if validation is None else validation.labelled(device)
    return train_tagger(model, events.labelled(device), recipe, held_out=unseen, **options)
