"""MAD relevance: how far masking an observable moves the log-odds, in units of the log-odds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import Scorer
from coffea_lcf.explain.masking import MeanMask
from coffea_lcf.table import ObservableTable

WHISKER = 1.5
"""Interquartile ranges beyond the quartiles from which on a shift counts as an outlier."""


@dataclass(frozen=True)
class Relevance:
    """Mean relative shift of the log-odds of each class, zero or more."""

    signal: float
    background: float


def mad_relevance(
    log_odds: Scorer,
    table: ObservableTable,
    groups: Iterable[tuple[str, ...]],
) -> dict[tuple[str, ...], Relevance]:
    r"""Return the mean of :math:`|(f_\mathrm{masked} - f) / f|` of each class.

    Outliers, events whose :math:`f` happens to be near zero, count as zero.

    Parameters
    ----------
    log_odds
        Before any sigmoid: a probability that has saturated does not move, whatever is masked.
    table
        The events, of both labels.
    groups
        Observables that get their mean, together.

    References
    ----------
    arXiv:2210.04371.
    """
    full = log_odds(table)
    found = {}
    for names in groups:
        (masked,) = MeanMask().masked(table, names, np.random.default_rng(0))
        shift = relative_shift(full, log_odds(masked))
        found[names] = Relevance(
            *(
                weighted_mean(without_outliers(shift[rows], WHISKER), table.weight[rows])
                for rows in (table.label, ~table.label)
            )
        )
    return found


def relative_shift(full: NDArray[np.float64], masked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``|(masked - full) / full|``, zero where nothing has moved, and for NaN."""
    moved = np.abs(masked - full)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(moved > 0, moved / np.abs(full), 0.0)


def without_outliers(values: NDArray[np.float64], whisker: float) -> NDArray[np.float64]:
    """Return `values` with zero where they are beyond the whiskers of their box."""
    if not len(values):
        return values
    # not interpolated, because some may be infinite
    low, high = np.quantile(values, [0.25, 0.75], method="nearest")
    room = whisker * (high - low)
    return np.where((values >= low - room) & (values <= high + room), values, 0.0)


def weighted_mean(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the mean with weights, NaN if these sum to nothing."""
    total = weight.sum()
    return float((values * weight).sum() / total) if total else float("nan")
