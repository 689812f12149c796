"""What is lost when a cut is taken out and all the others stay: exact, without a refit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import WorkingPoint, working_point
from coffea_lcf.selection import Selection
from coffea_lcf.significance import asimov
from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class Yields:
    """Expected events before any cut.

    Parameters
    ----------
    signal, background
        Expected numbers of events of the whole table.
    background_uncertainty
        Relative uncertainty of the background.
    """

    signal: float
    background: float
    background_uncertainty: float = 0.0

    @classmethod
    def of(cls, table: ObservableTable, background_uncertainty: float = 0.0) -> Yields:
        """Return the sums of weights of `table`."""
        return cls(*table.sumw(), background_uncertainty)

    def significance(self, point: WorkingPoint) -> float:
        """Return the Asimov Z of what is left at `point`."""
        return float(
            asimov(
                self.signal * point.signal_efficiency,
                self.background * point.background_efficiency,
                self.background_uncertainty,
            )
        )


@dataclass(frozen=True)
class CutLoss:
    """What a selection loses without the cuts on some observables.

    Attributes
    ----------
    accuracy, accuracy_error
        Loss of weighted accuracy, and its error from the events whose decision
        changes; negative if the selection gains.
    balanced_accuracy
        Loss of balanced accuracy, the AUC of the hard decision.
    significance
        Loss of Asimov Z.
    without
        The working point without the cuts.
    """

    accuracy: float
    accuracy_error: float
    balanced_accuracy: float
    significance: float
    without: WorkingPoint


def loss_without(
    selection: Selection,
    table: ObservableTable,
    groups: Iterable[tuple[str, ...]],
    yields: Yields,
) -> dict[tuple[str, ...], CutLoss]:
    """Return what `selection` loses without all cuts on each group of observables.

    Parameters
    ----------
    selection
        The cuts.
    table
        The events, best such that the fit has not seen.
    groups
        Observables to drop together; those without a cut cost nothing.
    yields
        What the significance is computed from.

    Raises
    ------
    MissingBranchError
        If an observable of the selection is not in the table.
    """
    failures = _failures(selection, table)
    total = sum(failures.values(), np.zeros(len(table), dtype=np.intp))
    full = total == 0
    with_all = working_point(full, table)
    losses = {}
    for names in groups:
        passed = total == sum(failures[name] for name in names if name in failures)
        without = working_point(passed, table)
        losses[names] = CutLoss(
            accuracy=with_all.accuracy - without.accuracy,
            accuracy_error=_paired_error(full, passed, table),
            balanced_accuracy=with_all.balanced_accuracy - without.balanced_accuracy,
            significance=yields.significance(with_all) - yields.significance(without),
            without=without,
        )
    return losses


def _failures(selection: Selection, table: ObservableTable) -> dict[str, NDArray[np.intp]]:
    """Return how many cuts on each observable every event fails, each of shape ``(N,)``."""
    failures = {name: np.zeros(len(table), dtype=np.intp) for name in selection.observables}
    for cut, mask in zip(selection.cuts, selection.masks(table).values(), strict=True):
        failures[cut.observable] += ~mask
    return failures


def _paired_error(
    first: NDArray[np.bool_], second: NDArray[np.bool_], table: ObservableTable
) -> float:
    """Return the standard error of the difference of two accuracies on the same events."""
    sumw = table.weight.sum()
    if not sumw:
        return math.nan
    gain = (first == table.label).astype(np.float64) - (second == table.label)
    mean = (table.weight * gain).sum() / sumw
    return float(np.sqrt(((table.weight * (gain - mean)) ** 2).sum()) / abs(sumw))
