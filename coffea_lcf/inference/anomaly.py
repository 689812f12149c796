"""What an autoencoder has of a jet as an observable: how badly it fits, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass

from coffea_lcf.errors import ConfigError
from coffea_lcf.inference.scorer import TaggerScorer
from coffea_lcf.models.lgae.outputs import LGAEOutput
from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.models.tagger import Tagger


@dataclass(frozen=True)
class AnomalyScorer(TaggerScorer):
    """Scores jets by one of the numbers that the autoencoder in a model file has of them.

    Parameters
    ----------
    path, device, threads
        As for `TaggerScorer`.
    output
        Name of the number, see `coffea_lcf.models.lgae.outputs.LGAEOutput`.
    """

    output: str = "error"

    def network(self) -> Tagger:
        """Return what computes the number, on its device and ready to score.

        Raises
        ------
        FilesetError, ConfigError
            If the file is missing, or holds no autoencoder with such an output.
        """
        return output_of(super().network(), self.output)


def output_of(network: Tagger, output: str) -> Tagger:
    """Return what computes the number `output` of an autoencoder.

    Raises
    ------
    ConfigError
        If `network` is no autoencoder, or has no such output.
    """
    if not isinstance(network, LGAEScore):
        msg = f"a {type(network).__name__} has one score, and no output {output!r}"
        raise ConfigError(msg)
    return LGAEOutput(network, output)
