"""What all taggers on constituents have in common."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class Tagger(nn.Module):
    """Log-odds of signal from the constituents of a jet, in any order and in any slots.

    Attributes
    ----------
    constituents
        How many of the hardest constituents it is meant to see.
    hyperparameters
        JSON values that make an equal network.
    """

    constituents: int
    hyperparameters: dict[str, Any]

    def standardise(self, p4: Tensor, mask: Tensor) -> None:
        """Take the scales of the inputs from the training jets; shapes as for `forward`."""
        raise NotImplementedError

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the log-odds of signal, shape ``(B,)``.

        Parameters
        ----------
        p4
            (E, px, py, pz) in GeV, shape ``(B, N, 4)``; what stands in empty slots does not
            matter.
        mask
            Which slots hold a constituent, bool, shape ``(B, N)``.
        """
        raise NotImplementedError
