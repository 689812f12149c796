"""How much physics a skim and its network leave, on weighted test events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines.roc import Roc, roc
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.objectives import Asimov
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.table import ObservableTable
from coffea_lcf.tradeoff.measured import Measured
from coffea_lcf.training.cut_network import SkimFit

FIGURES = ("auc", "rejection_30", "rejection_50", "asimov")
"""Area under the ROC curve, 1/ε_b at ε_s of 0.3 and 0.5, and expected significance."""

WORKING_POINTS = np.linspace(0.05, 0.95, 19)
"""Signal efficiencies among which that of the highest significance is taken."""

FEWEST = 10
"""Background events that must be left at a working point for it to count."""


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What all contenders are measured with: the same events, replicas and yields.

    Parameters
    ----------
    table
        Test events, in no training.
    significance
        Expected yields before any cut and the uncertainty of the background.
    bootstraps
        Number R of Poisson replicas of the events, at least two.
    seed
        Of the replicas.
    constituents
        Of the test events, for networks that see them.

    Raises
    ------
    FitError
        For fewer than two replicas.
    """

    table: ObservableTable
    significance: Asimov
    bootstraps: int = 100
    seed: int = 0
    constituents: ParticleCloud | None = None

    def __post_init__(self) -> None:
        if self.bootstraps < 2:
            msg = f"bootstraps = {self.bootstraps}: at least two are needed for an error"
            raise FitError(msg)

    def measure(self, scores: NDArray[np.float64]) -> dict[str, Measured]:
        """Return `FIGURES` of log-odds ``(N,)``, NaN where a skim rejects the event.

        Efficiencies count from the events before the skim, and events that it rejects
        come last on the ROC curve.
        """
        order = np.argsort(-scores, kind="stable")
        ordered, table = scores[order], self.table.select(order)
        counts = _enough(ordered, table)
        random = np.random.default_rng(self.seed)
        nominal = self._figures(roc(ordered, table), counts)
        replicas = []
        for _ in range(self.bootstraps):
            weight = table.weight * random.poisson(1.0, len(table))[order]
            replicas.append(self._figures(roc(ordered, replace(table, weight=weight)), counts))
        columns = np.array(replicas, np.float64).T
        return {
            name: Measured(value, column)
            for name, value, column in zip(FIGURES, nominal, columns, strict=True)
        }

    def _figures(self, curve: Roc, counts: NDArray[np.bool_]) -> tuple[float, ...]:
        with np.errstate(divide="ignore"):
            at_30, at_50 = 1.0 / curve.background_at([0.3, 0.5])
        z = self.significance.score(WORKING_POINTS, curve.background_at(WORKING_POINTS))
        return curve.auc, float(at_30), float(at_50), float(np.max(z, where=counts, initial=0.0))


def _enough(scores: NDArray[np.float64], table: ObservableTable) -> NDArray[np.bool_]:
    """Return at which working points enough background events are left, shape ``(19,)``."""
    unweighted = replace(table, weight=np.ones(len(table)))
    left = roc(scores, unweighted).background_at(WORKING_POINTS)
    return np.asarray(left * np.count_nonzero(~table.label) >= FEWEST)


@dataclass(frozen=True, eq=False)
class Contender:
    """A skim with its network, on the test events.

    Attributes
    ----------
    fit
        Selection, scorer, multiplier, history.
    events
        Expected events of both classes that the skim keeps.
    signal_efficiency, background_efficiency
        Weighted shares that the skim keeps.
    physics
        `FIGURES` with their replicas.
    """

    fit: SkimFit
    events: float
    signal_efficiency: float
    background_efficiency: float
    physics: Mapping[str, Measured]

    def to_document(self) -> dict[str, Any]:
        """Return size and figures as plain numbers, and the cuts in words."""
        return {
            "cuts": [str(cut) for cut in self.fit.selection.cuts],
            "events": self.events,
            "signal_efficiency": self.signal_efficiency,
            "background_efficiency": self.background_efficiency,
            "multiplier": self.fit.multiplier,
            "cpu_seconds": self.fit.figures["cpu_seconds"],
            **{name: one.to_document() for name, one in self.physics.items()},
        }


def contender(fit: SkimFit, yardstick: Yardstick) -> Contender:
    """Return `fit` as measured by `yardstick`."""
    table = yardstick.table
    kept = evaluate(fit.selection, table)
    return Contender(
        fit,
        float(table.weight[fit.selection.mask(table)].sum()),
        kept["signal_efficiency"],
        kept["background_efficiency"],
        yardstick.measure(fit.scorer(table, yardstick.constituents)),
    )
