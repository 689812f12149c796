"""The baseline network in torch: layers, training, evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from coffea_lcf.baselines.scorer import finite_scores
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.network import train_network
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.recipe import Prior

CHUNK = 65_536
"""Rows that are scored at a time."""


@dataclass(frozen=True, eq=False)
class NetworkScorer:
    """Log-odds of a fitted network.

    Attributes
    ----------
    network
        From standardised observables ``(M, F)`` to log-odds ``(M, 1)``.
    observables
        The F columns it was fitted on, in order.
    mean, scale
        Standardisation, shape ``(F,)``.
    """

    network: nn.Module
    observables: tuple[str, ...]
    mean: Tensor
    scale: Tensor

    def __call__(self, table: ObservableTable) -> NDArray[np.float64]:
        """Return the log-odds of each event, shape ``(N,)``; NaN where an input is not finite."""
        return finite_scores(table, self.observables, self._log_odds)

    def standardised(self, x: Tensor) -> Tensor:
        """Return observables in their units ``(M, F)`` as the network sees them."""
        return (x.to(self.mean.device) - self.mean) / self.scale

    @torch.no_grad()
    def _log_odds(self, matrix: NDArray[np.float32]) -> NDArray[Any]:
        chunks = torch.from_numpy(matrix).split(CHUNK)  # type: ignore[no-untyped-call]
        scores = [self.network(self.standardised(chunk)) for chunk in chunks]
        log_odds: NDArray[Any] = torch.cat(scores).squeeze(-1).cpu().numpy()
        return log_odds


@dataclass(frozen=True, eq=False)
class Events:
    """Events on the device of a network.

    Attributes
    ----------
    z
        Standardised observables, shape ``(N, F)``.
    label, weight
        1 for signal, and weights of mean 1, shape ``(N, 1)``.
    """

    z: Tensor
    label: Tensor
    weight: Tensor

    def loss(self, network: nn.Module, rows: Tensor | slice) -> Tensor:
        """Return the weighted cross-entropy of `rows`."""
        return binary_cross_entropy_with_logits(
            network(self.z[rows]), self.label[rows], weight=self.weight[rows]
        )


def to_device(table: ObservableTable, scorer: NetworkScorer, prior: Prior) -> Events:
    """Return the events of `table`, standardised as by `scorer` and where it is."""

    def column(values: NDArray[Any]) -> Tensor:
        return torch.from_numpy(values.astype(np.float32)).to(scorer.mean.device).unsqueeze(-1)

    return Events(
        scorer.standardised(torch.from_numpy(table.matrix())),
        column(table.label),
        column(prepare.training_weights(table, prior)),
    )


def perceptron(inputs: int, hidden: tuple[int, ...], seed: int) -> nn.Sequential:
    """Return ReLU layers of the widths `hidden` and a single linear output.

    The start depends on `seed` alone and leaves torch's own random state as it was.
    """
    widths = (inputs, *hidden)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(widths[-1], 1))


def descend(
    network: nn.Module,
    training: Events,
    held_out: Events | None,
    *,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    patience: int | None,
    seed: int,
) -> None:
    """Train `network`; with `held_out` events it ends in the state of their lowest loss.

    The parameters are those of `coffea_lcf.baselines.mlp.MLP`.
    """
    recipe = NetworkRecipe(
        learning_rate, batch_size, epochs, schedule="constant", clip_norm=None, patience=patience
    )
    unseen = None if held_out is None else partial(_whole_loss, held_out)
    train_network(network, training.loss, len(training.z), recipe, held_out=unseen, seed=seed)


def _whole_loss(events: Events, network: nn.Module) -> float:
    return float(events.loss(network, slice(None)))
