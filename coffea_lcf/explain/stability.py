"""How far a selection would have come out the same on other events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import ConfigError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class BoundaryInterval:
    """One boundary over the replicas of its selection.

    Attributes
    ----------
    observable, side, unit
        Whose boundary.
    value
        In the selection itself.
    low, high
        Central interval of the replicas; NaN if none of them has this boundary.
    replicas
        The value of each replica that has it.
    """

    observable: str
    side: Literal["lower", "upper"]
    unit: str
    value: float
    low: float
    high: float
    replicas: tuple[float, ...]


@dataclass(frozen=True)
class Stability:
    """A selection beside its replicas, fits of the same events drawn with replacement.

    Attributes
    ----------
    selection
        The selection itself.
    replicas
        Number of replicas.
    level
        Share of the replicas inside an interval.
    boundaries
        Boundaries of the learned cuts, in their order.
    shares
        Share of the replicas with a cut of the same case, by observable of a cut.
    others
        Share of the replicas with a cut, by observable that the selection does not cut on.
    agreement, agreement_spread
        Weighted share of the events that a replica decides alike, each class
        counting half: mean and standard deviation over the replicas.
    """

    selection: Selection
    replicas: int
    level: float
    boundaries: tuple[BoundaryInterval, ...]
    shares: Mapping[str, float]
    others: Mapping[str, float]
    agreement: float
    agreement_spread: float


@dataclass(frozen=True)
class Fold:
    """A fit without one part of the events, and its figures on that part."""

    selection: Selection
    figures: Mapping[str, float]


def stability(
    selection: Selection,
    replicas: Sequence[Selection],
    table: ObservableTable,
    level: float = 0.68,
) -> Stability:
    """Return how `selection` compares with its `replicas`.

    Parameters
    ----------
    selection
        The nominal result; its fixed cuts are left out.
    replicas
        What the same fit makes of the events drawn with replacement, without fixed
        cuts, as `coffea_lcf.FitResult.repeats` are.
    table
        Events on which decisions are compared.
    level
        Share of the replicas inside an interval, in (0, 1).

    Raises
    ------
    ConfigError
        For fewer than two replicas, or a level outside of (0, 1).
    """
    if len(replicas) < 2:
        msg = f"stability needs at least two replicas, got {len(replicas)}: fit with repeats > 1"
        raise ConfigError(msg)
    if not 0.0 < level < 1.0:
        msg = f"level = {level!r} is not between 0 and 1"
        raise ConfigError(msg)
    learned = [cut for cut in selection.cuts if not cut.fixed]
    found = [{cut.observable: cut for cut in one.cuts} for one in replicas]
    cut_on = {cut.observable for cut in selection.cuts}
    alike = _agreements(selection, replicas, table)
    return Stability(
        selection,
        len(replicas),
        level,
        tuple(one for cut in learned for one in _intervals(cut, found, level)),
        {cut.observable: len(_same(cut, found)) / len(found) for cut in learned},
        {
            name: sum(name in cuts for cuts in found) / len(found)
            for name in table.names
            if name not in cut_on
        },
        float(alike.mean()),
        float(alike.std(ddof=1)),
    )


def folds(
    table: ObservableTable,
    refit: Callable[[ObservableTable], Selection],
    count: int,
    seed: int = 0,
) -> tuple[Fold, ...]:
    """Return fits that leave out one of `count` parts of the events each.

    Parameters
    ----------
    table
        The events; every part holds the same share of both classes.
    refit
        Fits a table.
    count
        Number of parts, two or more.
    seed
        Of the division.

    Raises
    ------
    ConfigError
        If a class has fewer events than parts, or `count` is below two.
    """
    from sklearn.model_selection import StratifiedKFold

    fewest = min(int(table.label.sum()), int((~table.label).sum()))
    if not 2 <= count <= fewest:
        msg = f"{count} folds: from 2 to the events of the smaller class, {fewest}"
        raise ConfigError(msg)
    parts = StratifiedKFold(count, shuffle=True, random_state=seed)
    found = []
    for kept, left_out in parts.split(table.label, table.label):
        selection = refit(table.select(kept))
        found.append(Fold(selection, evaluate(selection, table.select(left_out))))
    return tuple(found)


def _same(cut: Cut, found: Sequence[Mapping[str, Cut]]) -> list[Cut]:
    """Return the cuts of the replicas on the same side of the same observable."""
    others = [cuts[cut.observable] for cuts in found if cut.observable in cuts]
    return [other for other in others if other.case == cut.case]


def _intervals(
    cut: Cut, found: Sequence[Mapping[str, Cut]], level: float
) -> list[BoundaryInterval]:
    intervals = []
    sides: tuple[Literal["lower", "upper"], ...] = ("lower", "upper")
    for side in sides:
        value = getattr(cut, side)
        if value is None:
            continue
        values = tuple(getattr(other, side) for other in _same(cut, found))
        ends = (0.5 - 0.5 * level, 0.5 + 0.5 * level)
        low, high = np.quantile(values, ends) if values else (np.nan, np.nan)
        intervals.append(
            BoundaryInterval(cut.observable, side, cut.unit, value, float(low), float(high), values)
        )
    return intervals


def _agreements(
    selection: Selection, replicas: Sequence[Selection], table: ObservableTable
) -> NDArray[np.float64]:
    """Return the share of equal decisions with each replica, on events the fixed cuts let pass."""
    fixed, learned = (
        Selection(tuple(cut for cut in selection.cuts if cut.fixed is given))
        for given in (True, False)
    )
    met = table.select(fixed.mask(table))
    decided = learned.mask(met)
    classes = [met.weight * rows for rows in (met.label, ~met.label)]

    def share(other: Selection) -> float:
        same = decided == other.mask(met)
        return float(np.mean([weight[same].sum() / weight.sum() for weight in classes]))

    return np.array([share(one) for one in replicas])
