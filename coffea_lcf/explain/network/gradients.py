"""Integrated gradients: what a network gives each feature on the way from the mean to an event."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from coffea_lcf.explain.captum import attribution
from coffea_lcf.explain.network.features import features, undisturbed, with_features

EVALUATED = 4096
"""Points of the paths that are evaluated at a time."""


def integrated_gradients(model: nn.Module, *inputs: Tensor, steps: int = 64) -> tuple[Tensor, ...]:
    """Return what each feature adds to the log-odds, from the mean of the training events on.

    Parameters
    ----------
    model
        As for `coffea_lcf.explain.network.features`.
    inputs
        What it takes.
    steps
        Points of the path at which the gradient is taken.

    Returns
    -------
    tuple of Tensor
        Shapes as of `features`. They sum to the log-odds less those of an event with mean
        features, up to the error of so many steps.

    Raises
    ------
    MissingExtraError
        If captum is not installed.

    References
    ----------
    arXiv:1703.01365.
    """
    count = len(values := features(model, *inputs))

    def log_odds(*arguments: Tensor) -> Tensor:
        return with_features(model, arguments[:count], *arguments[count:])

    gradients: Any = attribution("IntegratedGradients")(log_odds)
    with undisturbed(model), torch.enable_grad():
        parts = gradients.attribute(
            values,
            baselines=tuple(torch.zeros_like(value) for value in values),
            additional_forward_args=inputs,
            n_steps=steps,
            internal_batch_size=max(EVALUATED, len(values[0])),
        )
    return tuple(part.detach() for part in parts)
