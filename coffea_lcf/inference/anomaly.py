"""What an autoencoder has of a jet as an observable: how badly it fits, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from threading import local
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from torch import nn

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import ConfigError
from coffea_lcf.inference.scorer import TaggerScorer, score_cloud
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.outputs import LGAEOutputs
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.models.tagger import Tagger


@dataclass(frozen=True)
class AnomalyScorer(TaggerScorer):
    """Scores jets by one of the numbers that the autoencoder in a model file has of them.

    Several scorers of one file evaluate it once for the same jets.

    Parameters
    ----------
    path, device, threads
        As for `TaggerScorer`.
    output
        Name of the number, see `coffea_lcf.models.lgae.outputs.LGAEOutputs`.
    """

    output: str = "error"

    def scores(self, model: Tagger, cloud: ParticleCloud) -> NDArray[np.float32]:
        """Return the number of each jet of `cloud`, float32, shape ``(B,)``.

        Raises
        ------
        ConfigError
            If `model` is no autoencoder, or has no such output.
        """
        outputs = _outputs(model, self.output)
        return _numbers(outputs, cloud)[:, outputs.place(self.output)].copy()


def output_of(network: nn.Module, output: str) -> int:
    """Return the place of `output` among the numbers of an autoencoder.

    Raises
    ------
    ConfigError
        If `network` is no autoencoder, or has no such output.
    """
    return _outputs(network, output).place(output)


def _outputs(network: nn.Module, output: str) -> LGAEOutputs:
    if not isinstance(network, LGAEScore):
        msg = f"a {type(network).__name__} has one score, and no output {output!r}"
        raise ConfigError(msg)
    return LGAEOutputs(network)


class _Last(local):
    """What a thread has evaluated last with each network: not the jets, some bytes a jet."""

    def __init__(self) -> None:
        self.numbers: WeakKeyDictionary[LorentzAutoencoder, tuple[bytes, NDArray[np.float32]]] = (
            WeakKeyDictionary()
        )


_LAST = _Last()


def _numbers(outputs: LGAEOutputs, cloud: ParticleCloud) -> NDArray[np.float32]:
    """Return all numbers ``(B, K)`` of the jets of `cloud`, those of the last jets from memory.

    The observables of a chunk each come with arrays of their own: only what is in them tells
    that the jets are the same.
    """
    jets = blake2b(np.ascontiguousarray(cloud.p4).data)
    jets.update(np.ascontiguousarray(cloud.mask).data)
    found = _LAST.numbers.get(outputs.autoencoder)
    if found is None or found[0] != jets.digest():
        found = jets.digest(), score_cloud(outputs, cloud)
        _LAST.numbers[outputs.autoencoder] = found
    return found[1]
