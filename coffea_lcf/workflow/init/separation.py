"""How well one observable alone tells signal from background."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10


def separation(signal: NDArray[Any], background: NDArray[Any]) -> float:
    """Return the separation ½ ∑ (s - b)² / (s + b) of two samples, between 0 and 1.

    The measure of TMVA (arXiv:physics/0703039, section 3.1.2), here in bins between
    the deciles of the two samples; s and b are shares of signal and of background in a
    bin. Events without a value are a bin of their own, for they fail every cut.

    Parameters
    ----------
    signal, background
        Values, shapes ``(N,)`` and ``(M,)``; not weighted.

    Returns
    -------
    float
        0 for equal distributions, 1 for those that share no bin; 0 without events.
    """
    if not len(signal) or not len(background):
        return 0.0
    shares = np.linspace(0.0, 1.0, BINS + 1)
    ends = [np.quantile(one[np.isfinite(one)], shares) for one in (signal, background) if _any(one)]
    edges = np.unique(np.concatenate(ends)) if ends else np.empty(0)
    s, b = (_shares(one, edges) for one in (signal, background))
    filled = s + b > 0.0
    return float(0.5 * np.sum((s - b)[filled] ** 2 / (s + b)[filled]))


def _any(values: NDArray[Any]) -> bool:
    return bool(np.isfinite(values).any())


def _shares(values: NDArray[Any], edges: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share of `values` in each bin between `edges`, last those without a value."""
    finite = np.isfinite(values)
    bins = np.where(finite, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    return np.bincount(bins, minlength=len(edges) + 2) / len(values)
