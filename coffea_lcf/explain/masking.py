"""What a scorer loses when it cannot see some observables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import Scorer, roc
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable


class Mask(Protocol):
    """A way to hide observables from a scorer that needs them all."""

    def masked(
        self, table: ObservableTable, names: tuple[str, ...], random: np.random.Generator
    ) -> Iterator[ObservableTable]:
        """Yield tables in which the columns `names` tell nothing, one or more."""


@dataclass(frozen=True)
class MeanMask:
    """Every event gets the mean of the observable: quick, without chance, often far from data.

    A hard cut then keeps all events or none.
    """

    def masked(
        self, table: ObservableTable, names: tuple[str, ...], random: np.random.Generator
    ) -> Iterator[ObservableTable]:
        """Yield `table` with the means of `names`; an event with NaN keeps it."""
        means = {}
        for name in names:
            finite = np.isfinite(table[name])
            # of an empty column nothing is left to replace
            mean = table[name][finite].mean(dtype=np.float64) if finite.any() else np.nan
            means[name] = np.where(finite, np.float32(mean), table[name])
        yield replace(table, columns={**table.columns, **means})


@dataclass(frozen=True)
class PermutationMask:
    """Events exchange the values of the observable; several `names` move together.

    The distribution of the observable stays, its relation to all else is lost.
    Weights stay with their events.
    """

    repeats: int = 5

    def masked(
        self, table: ObservableTable, names: tuple[str, ...], random: np.random.Generator
    ) -> Iterator[ObservableTable]:
        """Yield `repeats` tables; events with NaN in one of `names` are left as they are."""
        rows = np.flatnonzero(table.only(names).finite())
        for _ in range(self.repeats):
            order = random.permutation(rows)
            moved = {name: table[name].copy() for name in names}
            for name in names:
                moved[name][rows] = table[name][order]
            yield replace(table, columns={**table.columns, **moved})


@dataclass(frozen=True)
class AucLoss:
    """What masking takes from the area under the ROC curve.

    Attributes
    ----------
    value
        AUC with all observables minus the mean with the mask; positive for a loss.
    spread
        Standard deviation over the repeats of the mask, 0 for a single one.
    """

    value: float
    spread: float


def auc_loss(
    scorer: Scorer,
    table: ObservableTable,
    groups: Iterable[tuple[str, ...]],
    mask: Mask,
    seed: int = 0,
) -> dict[tuple[str, ...], AucLoss]:
    """Return what the AUC of `scorer` loses when each group of observables is masked.

    Observables that say the same cover for each other: mask them as one group,
    or each looks useless. Neither `scorer` nor `table` is changed.

    Parameters
    ----------
    scorer
        The scorer, fitted already.
    table
        The events, best such that the scorer has not seen.
    groups
        Observables to hide together; one each for the single ones.
    mask
        `MeanMask` or `PermutationMask`.
    seed
        Seed of the mask, the same for each group.

    Raises
    ------
    MissingBranchError
        If an observable is not in the table.
    TableError
        If the sum of weights of a class is not positive.
    """
    full = roc(scorer(table), table).auc
    losses = {}
    for names in groups:
        tables = mask.masked(table, names, np.random.default_rng(seed))
        lost = [full - roc(scorer(masked), masked).auc for masked in tables]
        losses[names] = AucLoss(
            float(np.mean(lost)), float(np.std(lost, ddof=1)) if len(lost) > 1 else 0.0
        )
    return losses


def decision(selection: Selection) -> Scorer:
    """Return the hard decision of `selection` as a scorer: 1 for a kept event, else 0.

    Its AUC is the balanced accuracy of the selection.
    """

    def score(table: ObservableTable) -> NDArray[np.float64]:
        return selection.mask(table).astype(np.float64)

    return score
