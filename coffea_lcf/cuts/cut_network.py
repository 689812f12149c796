"""Cuts in front of a network, in one graph."""

from __future__ import annotations

from typing import TypeAlias

from torch import Tensor, nn

from coffea_lcf.nn.standardise import Standardise


class CutThenNetwork(nn.Module):
    """A skim and the network that sees what it keeps.

    Parameters
    ----------
    cuts
        From events ``(N, F)`` to how far each passes, in [0, 1] and with a gradient, ``(N,)``;
        for instance `coffea_lcf.cuts.soft_box.SoftBox`.
    network
        From standardised observables ``(N, F)`` to log-odds ``(N, 1)``.
    features
        Number F of observables; `standardise.measure` sets their mean and scale.

    References
    ----------
    G. Watts, "Differentiable programming: neural networks and selection cuts working
    together", EPJ Web Conf. 295 (2024) 09011.
    """

    def __init__(self, cuts: nn.Module, network: nn.Module, features: int) -> None:
        super().__init__()
        self.cuts = cuts
        self.standardise = Standardise(features)
        self.network = network

    def log_odds(self, x: Tensor) -> Tensor:
        """Return the network's log-odds of events ``(N, F)``, shape ``(N,)``."""
        found: Tensor = self.network(self.standardise(x)).squeeze(-1)
        return found

    def forward(self, x: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Return how far events pass, and their log-odds, each ``(N,)``.

        Parameters
        ----------
        x, seen
            Observables that the cuts see and that the network sees, ``(N, F)``: mostly the same.
        """
        return self.cuts(x), self.log_odds(seen)


class CutThenTagger(nn.Module):
    """A skim on observables of jets, and the tagger that sees the constituents of what it keeps.

    Parameters
    ----------
    cuts
        As for `CutThenNetwork`.
    network
        From constituents, p4 ``(N, C, 4)`` and mask ``(N, C)``, to log-odds ``(N,)``, with
        input scales of its own.
    """

    def __init__(self, cuts: nn.Module, network: nn.Module) -> None:
        super().__init__()
        self.cuts = cuts
        self.network = network

    def log_odds(self, p4: Tensor, mask: Tensor) -> Tensor:
        """Return the tagger's log-odds of constituents, shape ``(N,)``."""
        found: Tensor = self.network(p4, mask)
        return found

    def forward(self, x: Tensor, p4: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return how far jets of observables `x` ``(N, F)`` pass, and their log-odds, ``(N,)``."""
        return self.cuts(x), self.log_odds(p4, mask)


SkimModel: TypeAlias = CutThenNetwork | CutThenTagger
"""Cuts with a network behind them, whatever it sees."""
