"""Training of autoencoders: learn to reconstruct the jets of one kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError
from coffea_lcf.training.network import RowsLoss, mean_loss, train_network
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory

RECIPE = NetworkRecipe(learning_rate=2e-3, batch_size=32, epochs=5)
"""For some thousand jets: with batches of 128, three times as many epochs reach no more. Above a
learning rate of 5e-3 the training can diverge."""

LOSS: JetLoss = ReconstructionError().over_mass
"""Chamfer distance in the rest frame of the jet, over its squared mass."""


@dataclass(frozen=True, eq=False)
class UnlabelledJets:
    """Jets on the device of a network.

    Attributes
    ----------
    p4, mask
        Constituents: momenta in GeV, shape ``(B, M, 4)``, and where there are any, ``(B, M)``.
    weight
        Event weights of mean 1, shape ``(B,)``.
    """

    p4: Tensor
    mask: Tensor
    weight: Tensor

    def __len__(self) -> int:
        """Return the number of jets."""
        return len(self.weight)

    def rows_loss(self, loss: JetLoss) -> RowsLoss:
        """Return what gives the weighted mean of `loss` over some of the jets."""

        def mean(model: nn.Module, rows: Tensor) -> Tensor:
            error = loss(*model(self.p4[rows], self.mask[rows]))
            return (self.weight[rows] * error).mean()

        return mean


def unlabelled(
    jets: ParticleCloud, weight: ArrayLike | None = None, device: torch.device | str = "cpu"
) -> UnlabelledJets:
    """Return jets as tensors on `device`, without those that weigh nothing.

    No labels are needed: they may be background or data.

    Parameters
    ----------
    jets
        Constituents.
    weight
        Event weights of either sign, shape ``(B,)``; 1 each if not given.

    Raises
    ------
    FitError
        If the lengths differ, or the sum of weights is not positive: the loss would then have
        no minimum.
    """
    weights = np.ones(len(jets)) if weight is None else np.asarray(weight, np.float64)
    if len(weights) != len(jets):
        msg = f"{len(jets)} jets, {len(weights)} weights"
        raise FitError(msg)
    total = float(weights.sum())
    if len(weights) and not total > 0:
        msg = f"the sum of weights of the {len(jets)} jets is {total:.6g}, and must be positive"
        raise FitError(msg)
    weighty = weights != 0.0
    if not weighty.all():
        jets, weights = jets.select(weighty), weights[weighty]
    p4, mask = (torch.from_numpy(np.ascontiguousarray(one)) for one in (jets.p4, jets.mask))
    of_mean_one = torch.from_numpy(weights / weights.mean()) if len(weights) else torch.ones(0)
    return UnlabelledJets(p4.to(device), mask.to(device), of_mean_one.to(device, p4.dtype))


def train_autoencoder(
    model: nn.Module,
    training: UnlabelledJets,
    recipe: NetworkRecipe = RECIPE,
    *,
    loss: JetLoss = LOSS,
    held_out: UnlabelledJets | None = None,
    seed: int = 0,
    checkpoint: Path | None = None,
    progress: Callable[[NetworkHistory], None] | None = None,
) -> NetworkHistory:
    """Train `model` in place to decode the constituents that it encodes.

    Parameters
    ----------
    model
        From momenta and mask to the constituents it has seen and the decoded ones, on
        the device of the jets.
    training
        The jets to learn from.
    recipe
        Settings.
    loss
        What to minimise the weighted mean of.
    held_out
        Other jets, whose loss decides which epoch is kept.
    seed, checkpoint, progress
        As for `coffea_lcf.training.network.train_network`.

    Raises
    ------
    FitError, NonFiniteError
        As `coffea_lcf.training.network.train_network`.
    """
    unseen = None
    if held_out is not None:
        rows = torch.arange(len(held_out), device=held_out.weight.device)
        unseen = partial(mean_loss, loss=held_out.rows_loss(loss), rows=rows)
    return train_network(
        model,
        training.rows_loss(loss),
        len(training),
        recipe,
        held_out=unseen,
        seed=seed,
        checkpoint=checkpoint,
        progress=progress,
    )
