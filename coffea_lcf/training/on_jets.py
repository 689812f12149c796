"""Training of any network on constituents: taggers by labels, autoencoders without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.table import held_out
from coffea_lcf.training.autoencoder import UnlabelledJets, train_autoencoder, unlabelled
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory
from coffea_lcf.training.tagger import LabelledJets, labelled, train_tagger


@dataclass(frozen=True, eq=False)
class TrainingJets:
    """Jets to learn from.

    Attributes
    ----------
    cloud
        Their constituents.
    label
        True for signal, shape ``(B,)``.
    weight
        Shape ``(B,)``.
    """

    cloud: ParticleCloud
    label: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of jets."""
        return len(self.label)

    def select(self, rows: NDArray[np.bool_]) -> TrainingJets:
        """Return the jets of a mask ``(B,)``."""
        return TrainingJets(self.cloud.select(rows), self.label[rows], self.weight[rows])

    def leading(self, size: int) -> TrainingJets:
        """Return the jets with their `size` hardest constituents."""
        cloud = ParticleCloud(self.cloud.p4[:, :size], self.cloud.mask[:, :size])
        return TrainingJets(cloud, self.label, self.weight)

    def split(self, fraction: float, seed: int) -> tuple[TrainingJets, TrainingJets | None]:
        """Return the jets to learn from, and a share that only chooses the epoch, if any."""
        if not fraction:
            return self, None
        second = held_out(self.label, fraction, seed)
        return self.select(~second), self.select(second) if second.any() else None

    def labelled(self, device: torch.device) -> LabelledJets:
        """Return the jets as taggers learn from them; errors as `labelled`."""
        return labelled(self.cloud, self.label, self.weight, device)


class Options(TypedDict, total=False):
    """What `coffea_lcf.training.network.train_network` takes beside the events."""

    seed: int
    checkpoint: Path | None
    progress: Callable[[NetworkHistory], None] | None


def train_on_jets(
    model: nn.Module,
    jets: TrainingJets,
    validation: TrainingJets | None,
    recipe: NetworkRecipe,
    **options: Unpack[Options],
) -> NetworkHistory:
    """Train `model` in place on the device it is on, as its kind is trained.

    Parameters
    ----------
    model
        A network from `coffea_lcf.models.build.new_network`.
    jets
        To learn from; autoencoders do not look at labels.
    validation
        Jets whose loss decides which epoch is kept.
    recipe
        Settings.
    **options
        ``seed``, ``checkpoint`` and ``progress`` of
        `coffea_lcf.training.network.train_network`.

    Raises
    ------
    FitError, NonFiniteError
        Without jets, without one of the labels that a tagger needs, without weight, or if it
        diverges.
    """
    if not len(jets):
        msg = "there is no jet with constituents to train on"
        raise FitError(msg)
    device = next(model.parameters()).device
    if isinstance(model, LGAEScore):
        unseen = None if validation is None else _unlabelled(validation, device)
        return train_autoencoder(
            model.autoencoder, _unlabelled(jets, device), recipe, held_out=unseen, **options
        )
    judged = None if validation is None else validation.labelled(device)
    return train_tagger(model, jets.labelled(device), recipe, held_out=judged, **options)


def _unlabelled(jets: TrainingJets, device: torch.device) -> UnlabelledJets:
    return unlabelled(jets.cloud, jets.weight, device)
