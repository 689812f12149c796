"""Training of a network that tells signal jets from background jets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.training.network import mean_loss, train_network
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory

MEASURED = 4096
"""Jets from which input scales are taken: of more, the pairs alone would fill the memory."""


class Classifier(Protocol):
    """A network from some tensors to log-odds, with input scales of its own."""

    def standardise(self, *inputs: Tensor) -> None:
        """Take the scales of the inputs from the training jets."""


@dataclass(frozen=True, eq=False)
class LabelledJets:
    """Jets on the device of a network.

    Attributes
    ----------
    inputs
        What the network takes, each of shape ``(B, ...)``: (p4, mask) for taggers on
        constituents, one matrix of observables for others.
    label
        1 for signal and 0 for background, shape ``(B,)``.
    weight
        Event weights of mean 1, shape ``(B,)``.
    """

    inputs: tuple[Tensor, ...]
    label: Tensor
    weight: Tensor

    def __len__(self) -> int:
        """Return the number of jets."""
        return len(self.label)

    def loss(self, model: nn.Module, rows: Tensor) -> Tensor:
        """Return the weighted cross-entropy of the jets `rows`."""
        log_odds = model(*(values[rows] for values in self.inputs))
        return binary_cross_entropy_with_logits(log_odds, self.label[rows], self.weight[rows])


def labelled(
    jets: ParticleCloud | ArrayLike,
    label: ArrayLike,
    weight: ArrayLike | None = None,
    device: torch.device | str = "cpu",
) -> LabelledJets:
    """Return jets as tensors on `device`.

    Parameters
    ----------
    jets
        Constituents, or a matrix of observables ``(B, F)``.
    label
        True for signal, shape ``(B,)``.
    weight
        Event weights, shape ``(B,)``; 1 each if not given.

    Raises
    ------
    FitError
        If the lengths differ, a class is missing, or a jet has no constituents or is not
        finite.
    """
    arrays, usable = _arrays(jets)
    signal = np.asarray(label, bool)
    weights = np.ones(len(signal)) if weight is None else np.asarray(weight, np.float64)
    _check(usable, signal, weights)
    inputs = tuple(torch.from_numpy(np.ascontiguousarray(one)).to(device) for one in arrays)
    return LabelledJets(
        inputs,
        torch.from_numpy(signal).to(device, inputs[0].dtype),
        torch.from_numpy(weights / weights.mean()).to(device, inputs[0].dtype),
    )


def _arrays(jets: ParticleCloud | ArrayLike) -> tuple[tuple[NDArray[Any], ...], NDArray[np.bool_]]:
    """Return what a network takes of `jets`, and which of them can be learned from."""
    if isinstance(jets, ParticleCloud):
        return (jets.p4, jets.mask), jets.usable()
    matrix = np.asarray(jets, np.float32)
    return (matrix,), np.asarray(np.isfinite(matrix).all(1))


def _check(
    usable: NDArray[np.bool_], signal: NDArray[np.bool_], weights: NDArray[np.float64]
) -> None:
    if not len(usable) == len(signal) == len(weights):
        msg = f"{len(usable)} jets, {len(signal)} labels, {len(weights)} weights"
        raise FitError(msg)
    if signal.all() or not signal.any():
        msg = f"{np.count_nonzero(signal)} of {len(signal)} jets are signal: both are needed"
        raise FitError(msg)
    if not usable.all():
        bad = np.flatnonzero(~usable)
        msg = f"{len(bad)} of {len(usable)} jets have no constituents or are not finite, "
        msg += f"the first is number {bad[0]}\n  leave them out: jets.select(jets.usable())"
        raise FitError(msg)


def train_tagger(
    model: nn.Module,
    training: LabelledJets,
    recipe: NetworkRecipe,
    *,
    held_out: LabelledJets | None = None,
    seed: int = 0,
    checkpoint: Path | None = None,
    progress: Callable[[NetworkHistory], None] | None = None,
) -> NetworkHistory:
    """Take the input scales of `model` from some training jets, then train it in place.

    Parameters and errors are those of `coffea_lcf.training.network.train_network`; with
    `held_out` jets it ends in the state of their lowest loss.
    """
    take_scales(model, training.inputs, seed)
    unseen = None
    if held_out is not None:
        rows = torch.arange(len(held_out), device=held_out.label.device)
        unseen = partial(mean_loss, loss=held_out.loss, rows=rows)
    return train_network(
        model,
        training.loss,
        len(training),
        recipe,
        held_out=unseen,
        seed=seed,
        checkpoint=checkpoint,
        progress=progress,
    )


def take_scales(model: nn.Module, inputs: tuple[Tensor, ...], seed: int) -> None:
    """Take the input scales of `model`, a `Classifier`, from some of its `inputs` ``(B, ...)``."""
    classifier: Classifier = model  # type: ignore[assignment]
    generator = torch.Generator().manual_seed(seed)
    some = torch.randperm(len(inputs[0]), generator=generator)[:MEASURED].to(inputs[0].device)
    classifier.standardise(*(values[some] for values in inputs))
