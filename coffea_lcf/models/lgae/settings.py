"""The size of a Lorentz-group-equivariant autoencoder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from coffea_lcf.errors import ConfigError

Pooling: TypeAlias = Literal["mix", "mean", "extremes"]

COUNTS = (
    "slots",
    "channels",
    "encoder_layers",
    "decoder_layers",
    "bells",
    "hidden",
    "latent_scalars",
    "latent_vectors",
)


@dataclass(frozen=True)
class LGAESettings:
    """What determines a network besides its parameters.

    Attributes
    ----------
    slots
        Number N of particles that are encoded and decoded.
    channels
        Scalars, and four-vectors, that a particle carries.
    encoder_layers, decoder_layers
        Steps of message passing.
    bells
        Radial functions of the distance of two particles.
    hidden
        Width of the networks on scalars.
    latent_scalars, latent_vectors
        Size of the latent space, ``latent_scalars + 4 latent_vectors`` numbers;
        twice that with the pooling ``extremes``.
    pooling
        How the particles become the latent space: ``mix``, ``mean`` or ``extremes``.
    unit
        Momentum in GeV that is 1 inside the network. A constant: a scale taken
        from the momenta of a jet would differ from frame to frame.

    Raises
    ------
    ConfigError
        For a number that is out of its range, or an unknown pooling.
    """

    slots: int = 30
    channels: int = 8
    encoder_layers: int = 3
    decoder_layers: int = 3
    bells: int = 8
    hidden: int = 16
    latent_scalars: int = 1
    latent_vectors: int = 2
    pooling: Pooling = "mix"
    unit: float = 10.0

    def __post_init__(self) -> None:
        if self.pooling not in get_args(Pooling):
            msg = f"pooling {self.pooling!r} is not one of {', '.join(get_args(Pooling))}"
            raise ConfigError(msg)
        for name in COUNTS:
            if getattr(self, name) < 1:
                msg = f"{name} = {getattr(self, name)}: at least 1 is needed"
                raise ConfigError(msg)
        if not (math.isfinite(self.unit) and self.unit > 0):
            msg = f"unit = {self.unit} is not a positive number of GeV"
            raise ConfigError(msg)

    @property
    def latent(self) -> tuple[int, int]:
        """Scalars and vectors of the latent space."""
        copies = 2 if self.pooling == "extremes" else 1
        return copies * self.latent_scalars, copies * self.latent_vectors
