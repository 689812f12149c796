"""All measures of importance for one cut flow, beside each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from coffea_lcf.baselines import Scorer, roc, working_point
from coffea_lcf.explain.correlation import correlation_groups, spearman
from coffea_lcf.explain.dropping import Yields, loss_without
from coffea_lcf.explain.explanation import Agreement, Explanation, GroupRow, ObservableRow
from coffea_lcf.explain.masking import MeanMask, PermutationMask, auc_loss, decision
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable


def explain_selection(
    selection: Selection,
    table: ObservableTable,
    *,
    scorer: Scorer | None = None,
    importance: Mapping[str, float] | None = None,
    importance_spread: Mapping[str, float] | None = None,
    yields: Yields | None = None,
    correlation: float = 0.7,
    permutations: int = 5,
    seed: int = 0,
) -> Explanation:
    """Return what each observable of `table` is worth to `selection`.

    Parameters
    ----------
    selection
        The cuts.
    table
        Events with the observables that were offered to the fit, best such that
        it has not seen.
    scorer
        What is masked; the hard decision of `selection` if not given. A hard cut
        on a masked mean keeps all events or none, so that the loss by permutation
        says more about it.
    importance, importance_spread
        As learned, by observable; those noted in the cuts if not given.
    yields
        What the significance is computed from; the sums of weights if not given.
    correlation
        Least |Spearman| in a group; see `correlation_groups`.
    permutations
        Repeats of the permutation.
    seed
        Seed of the permutations.

    Raises
    ------
    MissingBranchError
        If an observable of the selection is not in the table.
    TableError
        If the sum of weights of a class is not positive.
    ConfigError
        If `correlation` is not in [0, 1].
    """
    scorer = scorer or decision(selection)
    yields = yields or Yields.of(table)
    groups = correlation_groups(table, correlation)
    taken = [(name,) for name in table.names] + [names for names in groups if len(names) > 1]
    dropped = loss_without(selection, table, taken, yields)
    mean_mask = auc_loss(scorer, table, taken, MeanMask(), seed)
    permuted = auc_loss(scorer, table, taken, PermutationMask(permutations), seed)
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
            mean_mask=mean_mask[(name,)],
            permutation=permuted[(name,)],
            group=next(order for order, names in enumerate(groups) if name in names),
        )
        for name in table.names
    )
    point = working_point(selection.mask(table), table)
    return Explanation(
        rows=rows,
        groups=tuple(
            GroupRow(names, dropped[names], mean_mask[names], permuted[names])
            for names in groups
            if len(names) > 1
        ),
        agreement=agreement(rows),
        point=point,
        significance=yields.significance(point),
        auc=roc(scorer(table), table).auc,
    )


def _known(given: Mapping[str, float] | None, name: str, noted: float | None) -> float:
    value = noted if given is None else given.get(name)
    return math.nan if value is None else value


def agreement(rows: Sequence[ObservableRow]) -> Agreement:
    """Return how far the measures rank the observables of `rows` alike."""
    measures = {
        "importance": [row.importance for row in rows],
        "accuracy": [row.dropped.accuracy for row in rows],
        "AUC": [row.dropped.balanced_accuracy for row in rows],
        "Z": [row.dropped.significance for row in rows],
        "mean mask": [row.mean_mask.value for row in rows],
        "permutation": [row.permutation.value for row in rows],
    }
    matrix = [[_rank_correlation(a, b) for b in measures.values()] for a in measures.values()]
    return Agreement(tuple(measures), tuple(map(tuple, matrix)))


def _rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's coefficient over the entries that both have."""
    both = np.stack([first, second], axis=1)
    both = both[~np.isnan(both).any(axis=1)]
    return float(spearman(both)[0, 1]) if len(both) > 1 else math.nan
