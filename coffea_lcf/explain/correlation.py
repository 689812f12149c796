"""Which observables say the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.errors import ConfigError
from coffea_lcf.table import ObservableTable


def spearman(columns: ArrayLike, weight: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return the rank correlation of each pair of columns.

    Ties share their mean rank; an event of weight w counts as w events.

    Parameters
    ----------
    columns
        Finite numbers, shape ``(N, F)``.
    weight
        Zero or more, shape ``(N,)``; 1 each if not given.

    Returns
    -------
    numpy.ndarray
        Shape ``(F, F)``, in [-1, 1]; NaN for a column that is constant.
    """
    values = np.asarray(columns)
    weight = np.ones(len(values)) if weight is None else weight
    ranks = np.stack([_ranks(column, weight) for column in values.T], axis=1)
    total = weight.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        centered = ranks - weight @ ranks / total
        covariance = (centered * weight[:, None]).T @ centered
        size = np.sqrt(np.diag(covariance))
        return np.asarray((covariance / np.outer(size, size)).clip(-1.0, 1.0))


def _ranks(column: NDArray[np.generic], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight below each value plus half of the weight of its ties."""
    _, tie = np.unique(column, return_inverse=True)
    tied = np.bincount(tie, weight)
    return np.asarray((np.cumsum(tied) - 0.5 * tied)[tie])


def within_classes(table: ObservableTable) -> NDArray[np.float64]:
    """Return |Spearman| of each pair of observables, the mean of signal and background.

    Within a class, because two observables that merely both separate signal from
    background are correlated over all events and still say different things.
    Events with NaN and those of negative weight are left out; a constant
    observable goes with nothing.

    Returns
    -------
    numpy.ndarray
        Shape ``(F, F)``, in [0, 1], with ones on the diagonal.
    """
    strengths = []
    finite = table.finite() & (table.weight > 0)
    for rows in (finite & table.label, finite & ~table.label):
        if rows.any():
            part = table.select(rows)
            strengths.append(np.nan_to_num(np.abs(spearman(part.matrix(), part.weight)), nan=0.0))
    strength = np.mean(strengths, axis=0) if strengths else np.zeros((len(table.names),) * 2)
    np.fill_diagonal(strength, 1.0)
    return np.asarray(strength)


def correlation_groups(
    table: ObservableTable, threshold: float = 0.7
) -> tuple[tuple[str, ...], ...]:
    """Return the observables in groups that say much the same.

    Hierarchical clustering with average linkage: two groups are joined while the
    mean `within_classes` correlation between their members is above `threshold`.

    Parameters
    ----------
    table
        The events.
    threshold
        In [0, 1]; the greater, the smaller the groups.

    Returns
    -------
    tuple
        Each observable once, in the order of the table; most groups hold one.

    Raises
    ------
    ConfigError
        If `threshold` is not in [0, 1].
    """
    from sklearn.cluster import AgglomerativeClustering

    if not 0.0 <= threshold <= 1.0:
        msg = f"threshold = {threshold!r} is not a correlation between 0 and 1"
        raise ConfigError(msg)
    names = table.names
    if len(names) == 1:
        return (names,)
    clustering = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="average",
        distance_threshold=1.0 - threshold,
    )
    groups: dict[int, list[str]] = {}
    for name, group in zip(names, clustering.fit_predict(1.0 - within_classes(table)), strict=True):
        groups.setdefault(int(group), []).append(name)
    return tuple(map(tuple, groups.values()))
