"""The autoencoders of the benchmark: trained on background, they score all jets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.anomaly.sample import Sample
from benchmarks.jets import Jets
from coffea_lcf.models.graph_autoencoder import GraphAutoencoder, GraphSettings
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.models.reconstruction import (
    Hybrid,
    JetLoss,
    ReconstructionError,
    hungarian,
    in_laboratory,
    scored,
)
from coffea_lcf.training.autoencoder import RECIPE, train_autoencoder

LABORATORY_UNIT = 100.0
"""GeV that are 1 in the loss of the laboratory, which has no mass to divide by."""

AT_ONCE = 500
"""Jets that a network decodes at a time."""


@dataclass(frozen=True)
class Contender:
    """How a network is built from a seed, and the learning rate that it is best with."""

    build: Callable[[int], nn.Module]
    learning_rate: float = RECIPE.learning_rate


def lorentz(learning_rate: float = RECIPE.learning_rate, **settings: Any) -> Contender:
    """Return an equivariant autoencoder."""
    return Contender(partial(LorentzAutoencoder, LGAESettings(**settings)), learning_rate)


def graph(**settings: Any) -> Contender:
    """Return an autoencoder of the same size without the symmetry."""
    return Contender(partial(GraphAutoencoder, GraphSettings(**settings)), learning_rate=1e-2)


def laboratory_loss(target: Tensor, decoded: Tensor) -> Tensor:
    """Return the Chamfer distance of arXiv:2212.07347, ``(B,)``."""
    return ReconstructionError(in_laboratory)(target, decoded) / LABORATORY_UNIT**2


def by_place(distance: Tensor) -> Tensor:
    """Return the sum of the distances of those in the same place, from ``(B, N, N)``.

    For networks whose places are in an order: those of arXiv:2212.07347 with ``mix`` are
    trained this way.
    """
    return distance.diagonal(dim1=1, dim2=2).sum(1)


LOSSES: dict[str, JetLoss] = {
    "rest frame, Chamfer": ReconstructionError().over_mass,
    "rest frame, Hungarian": ReconstructionError(matching=hungarian).over_mass,
    "rest frame, both": ReconstructionError(matching=Hybrid()).over_mass,
    "rest frame, by place": ReconstructionError(matching=by_place).over_mass,
    "laboratory, Chamfer": laboratory_loss,
}


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network, its loss in the last epoch and the CPU seconds it took."""

    model: nn.Module
    loss: float
    seconds: float


def trained(
    contender: Contender, sample: Sample, loss: JetLoss = LOSSES["rest frame, Chamfer"]
) -> list[Trained]:
    """Return a network for each seed, trained on the training jets of `sample`."""
    return [_trained(contender, sample, seed, loss) for seed in range(sample.seeds)]


def _trained(contender: Contender, sample: Sample, seed: int, loss: JetLoss) -> Trained:
    start = time.process_time()
    model = contender.build(seed)
    recipe = replace(
        RECIPE,
        epochs=sample.epochs,
        batch_size=sample.batch,
        learning_rate=contender.learning_rate,
    )
    history = train_autoencoder(model, *tensors(sample.train), recipe, loss=loss, seed=seed)
    return Trained(model, history.loss[-1], time.process_time() - start)


def tensors(jets: Jets) -> tuple[Tensor, Tensor]:
    """Return momenta in GeV and mask, shapes ``(B, M, 4)`` and ``(B, M)``."""
    return torch.from_numpy(jets.cloud.p4), torch.from_numpy(jets.cloud.mask)


@torch.no_grad()
def reconstructed(model: nn.Module, jets: Jets) -> tuple[Tensor, Tensor]:
    """Return the constituents seen and those decoded, float32, shapes ``(B, N, 4)``."""
    parts = (part.split(AT_ONCE) for part in tensors(jets))
    seen, decoded = zip(*(model(*part) for part in zip(*parts, strict=True)), strict=True)
    return torch.cat(seen), torch.cat(decoded)


def scores(model: nn.Module, jets: Jets, error: JetLoss) -> NDArray[np.float32]:
    """Return the anomaly score of each jet; NaN for light ones."""
    target, decoded = reconstructed(model, jets)
    values: NDArray[np.float32] = scored(error(target, decoded), target).numpy()
    return values
