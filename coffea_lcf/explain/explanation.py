"""The measured worth of observables as plain rows."""

from __future__ import annotations

from dataclasses import dataclass

from coffea_lcf.baselines import WorkingPoint
from coffea_lcf.explain.dropping import CutLoss
from coffea_lcf.explain.masking import AucLoss


@dataclass(frozen=True)
class ObservableRow:
    """All that is known about one observable.

    Attributes
    ----------
    observable
        Its name.
    cuts
        Its cuts in words; empty without one.
    importance, importance_spread
        As learned, with the spread over repeats; NaN where not given.
    dropped
        What the selection loses without its cuts.
    mean_mask, permutation
        What the scorer loses when it is masked alone.
    group
        Index of its correlation group.
    """

    observable: str
    cuts: tuple[str, ...]
    importance: float
    importance_spread: float
    dropped: CutLoss
    mean_mask: AucLoss
    permutation: AucLoss
    group: int


@dataclass(frozen=True)
class GroupRow:
    """Observables that say much the same, taken away together.

    Attributes
    ----------
    observables
        Two or more names.
    dropped, mean_mask, permutation
        As in `ObservableRow`, for all of them at once.
    """

    observables: tuple[str, ...]
    dropped: CutLoss
    mean_mask: AucLoss
    permutation: AucLoss


@dataclass(frozen=True)
class Agreement:
    """Spearman's rank correlation between the measures, over the observables.

    Attributes
    ----------
    measures
        Names of the columns that are compared, M of them.
    matrix
        ``(M, M)`` in [-1, 1]; NaN where a column is missing or constant.
    """

    measures: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Explanation:
    """The table of importances.

    Attributes
    ----------
    rows
        One an observable, in the order of the table.
    groups
        The correlation groups of two and more observables.
    agreement
        How far the columns rank the observables alike.
    point, significance
        Working point and Asimov Z with all cuts.
    auc
        Of the scorer that was masked.
    """

    rows: tuple[ObservableRow, ...]
    groups: tuple[GroupRow, ...]
    agreement: Agreement
    point: WorkingPoint
    significance: float
    auc: float
