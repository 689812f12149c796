"""How good a selection is, as functions of the selection and held-out events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from coffea_lcf.baselines import working_point
from coffea_lcf.explain.dropping import Yields
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable

Metric: TypeAlias = Callable[[Selection, ObservableTable], float]
"""From a selection and events to a number, the higher the better."""


def accuracy(selection: Selection, table: ObservableTable) -> float:
    """Return the weighted share of events on their own side, in [0, 1]."""
    return working_point(selection.mask(table), table).accuracy


def balanced_accuracy(selection: Selection, table: ObservableTable) -> float:
    """Return the accuracy for classes of equal size: the AUC of the hard decision."""
    return working_point(selection.mask(table), table).balanced_accuracy


def significance(yields: Yields) -> Metric:
    """Return the metric Asimov Z for those expected `yields`."""

    def asimov_significance(selection: Selection, table: ObservableTable) -> float:
        return yields.significance(working_point(selection.mask(table), table))

    return asimov_significance
