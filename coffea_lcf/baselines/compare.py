"""Selections beside scorers, at equal signal efficiency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coffea_lcf.baselines.roc import Roc, roc
from coffea_lcf.baselines.scorer import Scorer
from coffea_lcf.baselines.working_point import WorkingPoint, at_efficiencies, working_point
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class Comparison:
    """One contender where its signal efficiency is that of a selection.

    Attributes
    ----------
    selection
        Name of the selection that sets the signal efficiency.
    contender
        Name of the scorer, or of the selection itself.
    point
        Efficiencies and accuracy of the contender there.
    """

    selection: str
    contender: str
    point: WorkingPoint


def compare(
    selections: Mapping[str, Selection], scorers: Mapping[str, Scorer], table: ObservableTable
) -> tuple[Comparison, ...]:
    """Return each selection followed by all scorers at its signal efficiency.

    All stand on the same events, so that their errors are correlated: two
    contenders differ more surely than their errors make it look.

    Parameters
    ----------
    selections, scorers
        By name.
    table
        Events that none of them has seen.

    Raises
    ------
    TableError
        If the sum of weights of a class is not positive.
    MissingBranchError
        If an observable is not in the table.
    """
    curves = {name: roc(scorer(table), table) for name, scorer in scorers.items()}
    rows = []
    for name, selection in selections.items():
        point = working_point(selection.mask(table), table)
        rows.append(Comparison(name, name, point))
        rows += [
            Comparison(name, rival, _at(curve, point.signal_efficiency, table))
            for rival, curve in curves.items()
        ]
    return tuple(rows)


def _at(curve: Roc, signal_efficiency: float, table: ObservableTable) -> WorkingPoint:
    background = float(curve.background_at(signal_efficiency))
    return at_efficiencies(signal_efficiency, background, table)
