"""The anomaly score of a Lorentz-group-equivariant autoencoder, as a network of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from torch import Tensor

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.settings import LGAESettings
from coffea_lcf.models.lgae.transverse import transverse_error
from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError, scored
from coffea_lcf.models.tagger import Tagger

SCORES: Mapping[str, JetLoss] = {
    "error": ReconstructionError(),
    "error over mass": ReconstructionError().over_mass,
    "transverse error": transverse_error,
}
"""Reconstruction errors in the rest frame of the jet: in GeV², without unit, and in GeV."""


class LGAEScore(Tagger):
    """How badly an autoencoder reconstructs a jet.

    Train its `autoencoder`; this module only turns it into a score. It takes the place
    of a tagger, with a score instead of log-odds.

    Parameters
    ----------
    score
        ``error``, in GeV², grows with the mass of the jet; ``error over mass``, without unit,
        is all but independent of it; both are the same in all frames. ``transverse error``,
        in GeV, also tells heavy particles that decay in two: see
        `coffea_lcf.models.lgae.transverse.transverse_error`.
    constituents
        How many of the hardest constituents it is given. More than the ``slots`` of
        the settings: which of them are encoded is for the rest frame to say.
    seed
        Start of the parameters.
    **settings
        See `LGAESettings`.

    Raises
    ------
    ConfigError
        For an unknown score, or settings that make no network.
    """

    def __init__(
        self, score: str = "error", constituents: int = 80, seed: int = 0, **settings: Any
    ) -> None:
        super().__init__()
        if score not in SCORES:
            msg = f"score {score!r} is not one of {', '.join(SCORES)}"
            raise ConfigError(msg)
        size = LGAESettings(**settings)
        self.hyperparameters = {"score": score, "constituents": constituents, **asdict(size)}
        self.constituents = constituents
        self.score = SCORES[score]
        self.autoencoder = LorentzAutoencoder(size, seed)

    def standardise(self, p4: Tensor, mask: Tensor) -> None:
        """Take nothing from the jets: scales that depend on the frame would break the symmetry."""

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the score of each jet, larger for a stranger one, shape ``(B,)``.

        NaN for jets below `coffea_lcf.models.reconstruction.LIGHTEST_JET`.

        Parameters
        ----------
        p4
            Momenta ``(E, px, py, pz)`` in GeV, shape ``(B, M, 4)``.
        mask
            True for constituents, bool, shape ``(B, M)``.
        """
        target, decoded = self.autoencoder(p4, mask)
        return scored(self.score(target, decoded), target)
