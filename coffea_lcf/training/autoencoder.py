"""Training of autoencoders: learn to reconstruct the jets of one kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError
from coffea_lcf.training.network import RowsLoss, mean_loss, train_network
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory

RECIPE = NetworkRecipe(learning_rate=2e-3, batch_size=128, epochs=15)
"""For some thousand jets; above a learning rate of 5e-3 the training can diverge."""

LOSS: JetLoss = ReconstructionError().over_mass
"""Chamfer distance in the rest frame of the jet, over its squared mass."""


def train_autoencoder(
    model: nn.Module,
    p4: Tensor,
    mask: Tensor,
    recipe: NetworkRecipe = RECIPE,
    *,
    loss: JetLoss = LOSS,
    held_out: tuple[Tensor, Tensor] | None = None,
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
    p4, mask
        Training jets in GeV, shapes ``(B, M, 4)`` and ``(B, M)``. No labels are needed:
        they may be background or data.
    recipe
        Settings.
    loss
        What to minimise the mean of.
    held_out
        Momenta and mask of other jets, whose loss decides which epoch is kept.
    seed, checkpoint, progress
        As for `coffea_lcf.training.network.train_network`.

    Raises
    ------
    FitError, NonFiniteError
        As `coffea_lcf.training.network.train_network`.
    """
    return train_network(
        model,
        _rows_loss(p4, mask, loss),
        len(p4),
        recipe,
        held_out=None if held_out is None else _loss_of_all(*held_out, loss),
        seed=seed,
        checkpoint=checkpoint,
        progress=progress,
    )


def _rows_loss(p4: Tensor, mask: Tensor, loss: JetLoss) -> RowsLoss:
    def mean(model: nn.Module, rows: Tensor) -> Tensor:
        return loss(*model(p4[rows], mask[rows])).mean()

    return mean


def _loss_of_all(p4: Tensor, mask: Tensor, loss: JetLoss) -> Callable[[nn.Module], float]:
    rows = torch.arange(len(p4), device=p4.device)

    def mean(model: nn.Module) -> float:
        return mean_loss(model, _rows_loss(p4, mask, loss), rows)

    return mean
