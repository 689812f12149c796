"""Figures of arXiv:2212.07347 for the same searches.

There the jets are those of JetNet, after a detector, with pt near 1 TeV. What is said of a single
signal is read off a figure; of all together it is in a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ALL = "any of them"
"""Name of the search for any of several signals."""


@dataclass(frozen=True)
class Published:
    """Area under the ROC curve, and signal efficiencies where 10 % and 1 % of QCD pass."""

    auc: float
    at_10: float | None = None
    at_1: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The figures, empty where there are none."""
        return tuple(
            "" if one is None else f"{one:.3f}" for one in (self.auc, self.at_10, self.at_1)
        )


DETECTION: Mapping[str, Mapping[str, Published]] = {
    "LGAE, published": {
        "top": Published(0.867),
        "W": Published(0.749),
        "Z": Published(0.791),
        ALL: Published(0.802, 0.618, 0.166),
    },
    "graph autoencoder, published": {
        "top": Published(0.892),
        "W": Published(0.756),
        "Z": Published(0.781),
        ALL: Published(0.820, 0.444, 0.056),
    },
}
