"""The autoencoders of the benchmark: trained on background, they score all jets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.anomaly.figures import Values
from benchmarks.anomaly.losses import LOSSES
from benchmarks.anomaly.sample import Sample
from benchmarks.jets import Jets
from coffea_lcf.models.graph_autoencoder import GraphAutoencoder, GraphSettings
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.models.reconstruction import JetLoss, scored
from coffea_lcf.training.autoencoder import RECIPE, train_autoencoder, unlabelled

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
    history = train_autoencoder(model, unlabelled(sample.train.cloud), recipe, loss=loss, seed=seed)
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


def scores(model: nn.Module, jets: Jets, error: JetLoss) -> Values:
    """Return the anomaly score of each jet; NaN for light ones."""
    return score_of(error, *reconstructed(model, jets))


def score_of(error: JetLoss, target: Tensor, decoded: Tensor) -> Values:
    """Return the anomaly score of jets that were `reconstructed`; NaN for light ones."""
    values: Values = scored(error(target, decoded), target).numpy()
    return values


def mean_seconds(runs: Sequence[Trained]) -> float:
    """Return the mean of the CPU seconds that the trainings took."""
    return float(np.mean([run.seconds for run in runs]))
