"""Shapley values: the mean gain of a score when an observable joins others, in random order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import Scorer
from coffea_lcf.explain.captum import attribution
from coffea_lcf.table import ObservableTable


def shapley_values(
    scorer: Scorer, table: ObservableTable, samples: int = 25, seed: int = 0
) -> NDArray[np.float64]:
    """Return what each observable adds to the score of each event.

    An observable that has not joined yet has its mean over `table`.

    Parameters
    ----------
    scorer
        Any function of a table: cuts, trees and networks alike.
    table
        Events with finite observables; weights count for the mean.
    samples
        Random orders in which the observables join.
    seed
        Of these orders; torch's own random state is left as it was.

    Returns
    -------
    numpy.ndarray
        Shape ``(N, F)``; each row sums to the score of its event less that of the mean.

    Raises
    ------
    MissingExtraError
        If captum is not installed.

    References
    ----------
    Sampled as by Castro, Gómez and Tejada, Computers & Operations Research 36 (2009) 1726.
    """
    sampling = attribution("ShapleyValueSampling")
    import torch
    from torch import Tensor

    def score(rows: Tensor) -> Tensor:
        columns = dict(zip(table.names, rows.numpy().T, strict=True))
        moved = ObservableTable(columns, table.label, table.weight, table.units)
        one = moved if len(rows) == len(table) else moved.select(slice(0, len(rows)))
        return torch.from_numpy(scorer(one))

    matrix = table.matrix()
    mean = np.average(matrix, axis=0, weights=table.weight.clip(min=0.0)).astype(np.float32)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        values: Any = sampling(score).attribute(
            torch.from_numpy(matrix),
            baselines=torch.from_numpy(mean[None]),
            n_samples=samples,
        )
    return np.asarray(values.numpy(), np.float64)
