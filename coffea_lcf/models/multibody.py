"""Dense network on observables of a jet, such as its N-subjettiness."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from coffea_lcf.nn.mlp import mlp
from coffea_lcf.nn.standardise import Standardise


class MultiBody(nn.Module):
    """Log-odds of a jet from its observables.

    Parameters
    ----------
    observables
        Names of the inputs, in order.
    hidden
        Widths of the hidden layers.
    dropout
        Share of the units dropped after each hidden layer while training.

    References
    ----------
    The multi-body N-subjettiness tagger of arXiv:1704.08249; widths and dropout are those
    of arXiv:2210.04371.
    """

    def __init__(
        self,
        observables: Sequence[str],
        hidden: Sequence[int] = (200, 200, 50, 50),
        dropout: Sequence[float] = (0.2, 0.2, 0.1, 0.1),
    ) -> None:
        super().__init__()
        self.hyperparameters = {
            "observables": [*observables],
            "hidden": [*hidden],
            "dropout": [*dropout],
        }
        self.observables = tuple(observables)
        self.scaling = Standardise(len(self.observables))
        self.layers = mlp([len(self.observables), *hidden, 1], dropout)

    @torch.no_grad()
    def standardise(self, observables: Tensor) -> None:
        """Take the scales of the inputs from the training jets, shape ``(B, F)``."""
        self.scaling.measure(observables)

    def forward(self, observables: Tensor) -> Tensor:
        """Return the log-odds of signal ``(B,)`` from observables ``(B, F)``."""
        log_odds: Tensor = self.layers(self.scaling(observables)).squeeze(-1)
        return log_odds
