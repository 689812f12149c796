"""The score of a tagger as an observable: jagged constituents in, one float32 a jet out.

The one place that needs both worlds: arrays of constituents and torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import ConfigError
from coffea_lcf.inference.loaded import FileScorer, few_threads, network_in
from coffea_lcf.models.tagger import Tagger

JETS = {"cpu": 64, "cuda": 4096}
"""Jets scored at a time by kind of device: on a CPU their pairs should stay in the cache."""


@dataclass(frozen=True)
class TaggerScorer(FileScorer):
    """Scores jets by the network on constituents in a model file; parameters as `FileScorer`."""

    def __call__(self, pt: Any, eta: Any, phi: Any, mass: Any = None) -> NDArray[np.float32]:
        """Return the log-odds of each jet, float32, shape ``(B,)``.

        NaN, which fails every cut, for a jet without constituents or with one that is not
        finite.

        Parameters
        ----------
        pt, eta, phi, mass
            Constituents, one list a jet, in GeV; see `ParticleCloud.from_jagged`.

        Raises
        ------
        FilesetError, ConfigError
            If the file is missing or holds no network on constituents.
        """
        model = self.network()
        cloud = ParticleCloud.from_jagged(pt, eta, phi, mass, size=model.constituents)
        with few_threads(self.threads):
            return self.scores(model, cloud)

    def scores(self, model: Tagger, cloud: ParticleCloud) -> NDArray[np.float32]:
        """Return what `model` makes of the jets of `cloud`, float32, shape ``(B,)``."""
        return score_cloud(model, cloud)

    def network(self) -> Tagger:
        """Return the network, on its device and ready to score."""
        model = network_in(self.path, self.device)
        if not isinstance(model, Tagger):
            msg = f"{self.path} holds a {type(model).__name__}, which does not look at constituents"
            raise ConfigError(msg)
        return model


def score_cloud(model: nn.Module, cloud: ParticleCloud) -> NDArray[np.float32]:
    """Return what `model` makes of the jets of `cloud`, float32; NaN where unusable.

    Of a tagger these are log-odds of shape ``(B,)``, of a network with K outputs ``(B, K)``.

    Parameters
    ----------
    model
        The network, on the device it shall use.
    cloud
        The jets, in the precision of the parameters of `model`.
    """
    device = next(model.parameters()).device
    usable = np.flatnonzero(cloud.usable())
    chosen = cloud if len(usable) == len(cloud) else cloud.select(usable)
    p4, mask = torch.from_numpy(chosen.p4), torch.from_numpy(chosen.mask)
    size = JETS[device.type]
    with torch.inference_mode():
        parts = [
            model(p4[start : start + size].to(device), mask[start : start + size].to(device))
            # once without jets, too: they tell the shape
            for start in range(0, max(len(chosen), 1), size)
        ]
    found = torch.cat(parts).cpu().numpy()
    scores = np.full((len(cloud), *found.shape[1:]), np.nan, np.float32)
    scores[usable] = found
    return scores
