"""Shapley values: the mean gain of a score when something joins the others, in random order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import Scorer
from coffea_lcf.explain.captum import attribution
from coffea_lcf.table import ObservableTable

if TYPE_CHECKING:
    from torch import Tensor


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
    """
    import torch

    def score(rows: Tensor) -> Tensor:
        columns = dict(zip(table.names, rows.numpy().T, strict=True))
        moved = ObservableTable(columns, table.label, table.weight, table.units)
        one = moved if len(rows) == len(table) else moved.select(slice(0, len(rows)))
        return torch.from_numpy(scorer(one))

    matrix = table.matrix()
    mean = np.average(matrix, axis=0, weights=table.weight.clip(min=0.0)).astype(np.float32)
    with orders_of(seed):
        values = gains(score, torch.from_numpy(matrix), torch.from_numpy(mean[None]), samples)
    return np.asarray(values.numpy(), np.float64)


@contextmanager
def orders_of(seed: int) -> Iterator[None]:
    """Draw the orders within the block by `seed`; torch's own random state is left as it was."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def gains(
    score: Callable[[Tensor], Tensor], present: Tensor, absent: Tensor, samples: int
) -> Tensor:
    """Return the mean gain of `score` when a column turns from absent to present.

    Parameters
    ----------
    score
        From rows ``(N, F)`` to a number each, ``(N,)``.
    present
        The rows as they are, shape ``(N, F)``.
    absent
        What stands in columns that have not joined yet, shape ``(1, F)`` or ``(N, F)``.
    samples
        Random orders, the same for all rows; drawn by `orders_of`.

    Returns
    -------
    Tensor
        Shape ``(N, F)``, float32; each row sums to ``score(present) - score(absent)``.

    Raises
    ------
    MissingExtraError
        If captum is not installed.

    References
    ----------
    Sampled as by Castro, Gómez and Tejada, Computers & Operations Research 36 (2009) 1726.
    """
    sampling = attribution("ShapleyValueSampling")(score)
    values: Tensor = sampling.attribute(present, baselines=absent, n_samples=samples)
    return values
