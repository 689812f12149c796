"""What the Lorentz-equivariant autoencoder has to reach in the detection of strange jets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.anomaly.figures import Figures

Reached = Mapping[str, Mapping[str, Sequence[Figures]]]
"""By search and score the figures of the runs."""


@dataclass(frozen=True)
class Demand:
    """A mean figure of a score, or its lead over that of another one, that must be reached."""

    search: str
    score: str
    least: float
    figure: str = "auc"
    over: str | None = None

    def __str__(self) -> str:
        """Return what is asked for."""
        lead = "" if self.over is None else f" − {self.over}"
        return f"{self.search}: {self.figure} of {self.score}{lead}"

    def of(self, runs: Mapping[str, Sequence[Figures]]) -> float:
        """Return what the runs of the search reach."""
        found = self._mean(runs[self.score])
        return found if self.over is None else found - self._mean(runs[self.over])

    def _mean(self, runs: Sequence[Figures]) -> float:
        return float(np.mean([getattr(run, self.figure) for run in runs]))


PLAIN, TRANSVERSE = "LGAE", "LGAE, transverse"

DEMANDS = (
    Demand("top", PLAIN, 0.945),
    Demand("top", PLAIN, 0.01, over="mass of 30 constituents"),
    Demand("top", PLAIN, 0.01, over="zero reconstruction"),
    Demand("top", PLAIN, 0.80, "window_auc"),
    Demand("top", TRANSVERSE, 0.945),
    Demand("top", TRANSVERSE, 0.80, "window_auc"),
    *(
        Demand(signal, TRANSVERSE, 0.0, over=rival)
        for signal in ("W", "Z", "any of them")
        for rival in ("zero reconstruction", "graph autoencoder")
    ),
)


def verdicts(reached: Reached) -> Iterator[str]:
    """Yield a line for each demand on a search that was made."""
    for demand in DEMANDS:
        if demand.search in reached:
            found = demand.of(reached[demand.search])
            verdict = "met   " if found >= demand.least else "MISSED"
            yield f"{verdict}  {demand}: {found:.3f}, at least {demand.least:g}"
