"""What a cut flow loses without each of its cuts, as plain rows."""

from __future__ import annotations

from dataclasses import dataclass

from coffea_lcf.baselines import WorkingPoint
from coffea_lcf.explain.dropping import CutLoss


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
    group
        Index of its correlation group.
    """

    observable: str
    cuts: tuple[str, ...]
    importance: float
    importance_spread: float
    dropped: CutLoss
    group: int


@dataclass(frozen=True)
class GroupRow:
    """Observables that say much the same, taken away together.

    Attributes
    ----------
    observables
        Two or more names.
    dropped
        As in `ObservableRow`, for all of them at once.
    """

    observables: tuple[str, ...]
    dropped: CutLoss


@dataclass(frozen=True)
class Explanation:
    """The cuts beside what is lost without them.

    Attributes
    ----------
    rows
        One an observable, in the order of the table.
    groups
        The correlation groups of two and more observables.
    point, significance
        Working point and Asimov Z with all cuts.
    """

    rows: tuple[ObservableRow, ...]
    groups: tuple[GroupRow, ...]
    point: WorkingPoint
    significance: float
