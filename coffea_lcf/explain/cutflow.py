"""What each cut is worth to a cut flow, and the cut flow as a predictor beside others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from coffea_lcf.baselines import working_point
from coffea_lcf.explain.correlation import correlation_groups
from coffea_lcf.explain.dropping import Yields, loss_without
from coffea_lcf.explain.explanation import Explanation, GroupRow, ObservableRow
from coffea_lcf.explain.masking import decision
from coffea_lcf.explain.measures import DROPPED, LEARNED
from coffea_lcf.explain.worth import Names, Predictor
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable


def explain_selection(
    selection: Selection,
    table: ObservableTable,
    *,
    importance: Mapping[str, float] | None = None,
    importance_spread: Mapping[str, float] | None = None,
    yields: Yields | None = None,
    correlation: float = 0.7,
) -> Explanation:
    """Return what `selection` loses without the cuts on each observable of `table`.

    Parameters
    ----------
    selection
        The cuts.
    table
        Events with the observables that were offered to the fit, best such that
        it has not seen.
    importance, importance_spread
        As learned, by observable; those noted in the cuts if not given.
    yields
        What the significance is computed from; the sums of weights if not given.
    correlation
        Least |Spearman| in a group; see `correlation_groups`.

    Raises
    ------
    MissingBranchError
        If an observable of the selection is not in the table.
    ConfigError
        If `correlation` is not in [0, 1].
    """
    yields = yields or Yields.of(table)
    groups = correlation_groups(table, correlation)
    several = [names for names in groups if len(names) > 1]
    singles = [(name,) for name in table.names]
    dropped = loss_without(selection, table, [*singles, *several], yields)
    noted = {cut.observable: cut for cut in selection.cuts}
    rows = tuple(
        ObservableRow(
            observable=name,
            cuts=tuple(str(cut) for cut in selection.cuts if cut.observable == name),
            importance=_known(importance, name, noted[name].importance if name in noted else None),
            importance_spread=_known(
                importance_spread, name, noted[name].importance_spread if name in noted else None
            ),
            dropped=dropped[(name,)],
            group=next(order for order, names in enumerate(groups) if name in names),
        )
        for name in table.names
    )
    point = working_point(selection.mask(table), table)
    return Explanation(
        rows=rows,
        groups=tuple(GroupRow(names, dropped[names]) for names in several),
        point=point,
        significance=yields.significance(point),
    )


def cuts_as_predictor(
    selection: Selection,
    explanation: Explanation,
    refit: Callable[[ObservableTable], Selection] | None = None,
    name: str = "cuts",
) -> Predictor:
    """Return the hard decision of `selection`, with its learned importance and what cuts lose.

    The AUC of a decision is its balanced accuracy.

    Parameters
    ----------
    selection
        The cuts.
    explanation
        Of these cuts, from `explain_selection`.
    refit
        Learns cuts from a table with some of the observables, always those of its fixed cuts.
    name
        In tables.
    """
    learned: dict[Names, float] = {(row.observable,): row.importance for row in explanation.rows}
    dropped: dict[Names, float] = {
        (row.observable,): row.dropped.balanced_accuracy for row in explanation.rows
    }
    dropped |= {row.observables: row.dropped.balanced_accuracy for row in explanation.groups}
    noted = {DROPPED: dropped}
    if not np.isnan(list(learned.values())).all():
        noted[LEARNED] = learned
    return Predictor(
        name,
        decision(selection),
        fit=None if refit is None else lambda table, _: decision(refit(table)),
        needed=frozenset(cut.observable for cut in selection.cuts if cut.fixed),
        noted=noted,
    )


def _known(given: Mapping[str, float] | None, name: str, noted: float | None) -> float:
    value = noted if given is None else given.get(name)
    return math.nan if value is None else value
