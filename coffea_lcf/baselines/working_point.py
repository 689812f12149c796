"""Efficiencies and accuracy of one decision, with their statistical errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class WorkingPoint:
    """What a decision keeps of signal and background.

    Attributes
    ----------
    signal_efficiency, background_efficiency
        Weighted, in [0, 1] for weights that are not negative.
    signal_error, background_error
        Binomial errors of the efficiencies.
    accuracy, accuracy_error
        Weighted share of the events on their own side, and its binomial error;
        with unit weights the accuracy of `coffea_lcf.evaluation.evaluate`.
    """

    signal_efficiency: float
    signal_error: float
    background_efficiency: float
    background_error: float
    accuracy: float
    accuracy_error: float

    @property
    def balanced_accuracy(self) -> float:
        """Mean of the efficiency of the signal and the rejected share of the background.

        It is also the area under the ROC curve of the decision itself, whose
        only corner is this point.
        """
        return 0.5 * (1.0 + self.signal_efficiency - self.background_efficiency)

    @property
    def rejection(self) -> float:
        """One over the background efficiency; infinite if nothing is left."""
        return 1.0 / self.background_efficiency if self.background_efficiency else math.inf

    @property
    def rejection_error(self) -> float:
        """Error of the rejection to first order; infinite if nothing is left."""
        return self.background_error * self.rejection**2 if self.background_efficiency else math.inf


def working_point(passed: NDArray[np.bool_], table: ObservableTable) -> WorkingPoint:
    """Return the working point of the events that `passed`, shape ``(N,)``, of `table`.

    Efficiencies are NaN for a class whose weights sum to nothing.
    """
    signal, weight = table.label, table.weight
    return at_efficiencies(
        _ratio(weight[passed & signal].sum(), weight[signal].sum()),
        _ratio(weight[passed & ~signal].sum(), weight[~signal].sum()),
        table,
    )


def at_efficiencies(signal: float, background: float, table: ObservableTable) -> WorkingPoint:
    """Return the working point of those efficiencies on as many events as `table` has."""
    share = _ratio(table.weight[table.label].sum(), table.weight.sum())
    accuracy = share * signal + (1.0 - share) * (1.0 - background)
    return WorkingPoint(
        signal,
        binomial_error(signal, table.weight[table.label]),
        background,
        binomial_error(background, table.weight[~table.label]),
        accuracy,
        binomial_error(accuracy, table.weight),
    )


def binomial_error(efficiency: float, weight: NDArray[np.float64]) -> float:
    r"""Return :math:`\sqrt{ε(1-ε)/N}` with the number of equivalent events :math:`N`.

    That is :math:`N = (Σw)^2/Σw^2`, the number of events for unit weights. NaN
    without events, and for an efficiency outside [0, 1], which negative weights
    can give.
    """
    equivalent = _ratio(weight.sum() ** 2, (weight**2).sum())
    if not (0.0 <= efficiency <= 1.0 and equivalent > 0.0):
        return math.nan
    return math.sqrt(efficiency * (1.0 - efficiency) / equivalent)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan
