"""The numbers that an autoencoder has of a jet, each the same in all frames."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement

from torch import Tensor

from coffea_lcf.errors import ConfigError
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.score import SCORES, LGAEScore
from coffea_lcf.models.reconstruction import JetLoss, scored
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.nn.lorentz.minkowski import dot

Value = Callable[[LorentzAutoencoder, Tensor, Tensor], Tensor]
"""From an autoencoder, momenta ``(B, M, 4)`` and mask ``(B, M)`` to one number a jet."""


class LGAEOutput(Tagger):
    """One number that the autoencoder of `network` has of a jet.

    Parameters
    ----------
    network
        Gives the autoencoder and how many constituents it is shown.
    name
        ``error`` in GeV² or ``error over mass``, as for `LGAEScore`; ``scalar I`` for a latent
        scalar; ``product I J`` for the product of two latent four-vectors in GeV², with I = J
        for the square of one.

    Raises
    ------
    ConfigError
        If there is no such number.
    """

    def __init__(self, network: LGAEScore, name: str) -> None:
        super().__init__()
        known = outputs(network)
        if name not in known:
            msg = f"the autoencoder has no output {name!r}\n  it has   {', '.join(known)}"
            raise ConfigError(msg)
        self.constituents = network.constituents
        self.hyperparameters = {**network.hyperparameters, "output": name}
        self.autoencoder = network.autoencoder
        self.value = known[name]

    def forward(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the number of each jet, shape ``(B,)``; shapes as for `Tagger`."""
        return self.value(self.autoencoder, p4, mask)


def outputs(network: LGAEScore) -> dict[str, Value]:
    """Return all that the autoencoder of `network` has of a jet, by name."""
    scalars, vectors = network.autoencoder.settings.latent
    errors = {name: partial(_error, score=score) for name, score in SCORES.items()}
    single = {f"scalar {number}": partial(_scalar, number=number) for number in range(scalars)}
    pairs = {
        f"product {first} {second}": partial(_product, first=first, second=second)
        for first, second in combinations_with_replacement(range(vectors), 2)
    }
    return {**errors, **single, **pairs}


def _error(model: LorentzAutoencoder, p4: Tensor, mask: Tensor, *, score: JetLoss) -> Tensor:
    target, decoded = model(p4, mask)
    return scored(score(target, decoded), target)


def _scalar(model: LorentzAutoencoder, p4: Tensor, mask: Tensor, *, number: int) -> Tensor:
    return model.encode(p4, mask).scalars[:, number]


def _product(
    model: LorentzAutoencoder, p4: Tensor, mask: Tensor, *, first: int, second: int
) -> Tensor:
    vectors = model.encode(p4, mask).vectors
    return dot(vectors[:, first], vectors[:, second])
