"""The autoencoders of the benchmark: trained on background, they score all jets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.anomaly.jets import Jets
from benchmarks.anomaly.sample import Sample
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

Build = Callable[[int], nn.Module]
"""From a seed to an untrained network."""


def lorentz(**settings: Any) -> Build:
    """Return what builds an equivariant autoencoder."""
    return partial(LorentzAutoencoder, LGAESettings(**settings))


def graph() -> Build:
    """Return what builds an autoencoder of the same size without the symmetry."""
    return partial(GraphAutoencoder, GraphSettings())


def laboratory_loss(target: Tensor, decoded: Tensor) -> Tensor:
    """Return the Chamfer distance of arXiv:2212.07347, ``(B,)``."""
    return ReconstructionError(in_laboratory)(target, decoded) / LABORATORY_UNIT**2


LOSSES: dict[str, JetLoss] = {
    "rest frame, Chamfer": ReconstructionError().over_mass,
    "rest frame, Hungarian": ReconstructionError(matching=hungarian).over_mass,
    "rest frame, both": ReconstructionError(matching=Hybrid()).over_mass,
    "laboratory, Chamfer": laboratory_loss,
}


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network and the CPU seconds it took."""

    model: nn.Module
    seconds: float


def trained(
    build: Build, sample: Sample, loss: JetLoss = LOSSES["rest frame, Chamfer"]
) -> list[Trained]:
    """Return a network for each seed, trained on the training jets of `sample`."""
    return [_trained(build(seed), sample, seed, loss) for seed in range(sample.seeds)]


def _trained(model: nn.Module, sample: Sample, seed: int, loss: JetLoss) -> Trained:
    start = time.process_time()
    recipe = replace(RECIPE, epochs=sample.epochs)
    train_autoencoder(
        model, sample.train.p4, sample.train.mask, recipe, loss=loss, seed=seed
    )  # fmt: skip
    return Trained(model, time.process_time() - start)


@torch.no_grad()
def reconstructed(model: nn.Module, jets: Jets) -> tuple[Tensor, Tensor]:
    """Return the constituents seen and those decoded, float32, shapes ``(B, N, 4)``."""
    parts = [
        model(jets.p4[start : start + 500], jets.mask[start : start + 500])
        for start in range(0, len(jets), 500)
    ]
    seen, decoded = zip(*parts, strict=True)
    return torch.cat(seen), torch.cat(decoded)


def scores(model: nn.Module, jets: Jets, error: JetLoss) -> NDArray[Any]:
    """Return the anomaly score of each jet; NaN for light ones."""
    target, decoded = reconstructed(model, jets)
    values: NDArray[Any] = scored(error(target, decoded), target).numpy()
    return values
