"""What is lost when a predictor learns anew without some observables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from coffea_lcf.baselines import Scorer, roc
from coffea_lcf.explain.masking import AucLoss
from coffea_lcf.table import ObservableTable


def retrained_without(
    fit: Callable[[ObservableTable, int], Scorer],
    training: ObservableTable,
    test: ObservableTable,
    groups: Iterable[tuple[str, ...]],
    seeds: Sequence[int] = (0,),
) -> dict[tuple[str, ...], AucLoss]:
    """Return what the AUC on `test` loses when each group of observables was never seen.

    The one measure that neither leaves the data nor charges an observable for what its twin
    can say as well; and it takes a training for each group and seed.

    Parameters
    ----------
    fit
        Learns from a table with some of the observables, by a seed.
    training, test
        Events to learn from, and others.
    groups
        Observables to leave out together; of all of them nothing is left to learn from, which
        costs the AUC beyond one half.
    seeds
        Trainings with all observables and without; the spread is that of their differences.

    Raises
    ------
    LCFError
        As `fit` and `coffea_lcf.baselines.roc` do.
    """
    full = [roc(fit(training, seed)(test), test).auc for seed in seeds]
    losses = {}
    for names in groups:
        left = tuple(name for name in training.names if name not in names)
        lost = [
            auc - (roc(fit(training.only(left), seed)(test), test).auc if left else 0.5)
            for auc, seed in zip(full, seeds, strict=True)
        ]
        spread = float(np.std(lost, ddof=1)) if len(lost) > 1 else 0.0
        losses[names] = AucLoss(float(np.mean(lost)), spread)
    return losses
