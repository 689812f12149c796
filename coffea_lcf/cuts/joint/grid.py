"""A common scale for observables in any unit.

Each observable is mapped to ``z = (Φ⁻¹(F_s(x)) + Φ⁻¹(F_b(x))) / 2`` with the
distribution functions of signal and background. A Gaussian observable becomes
linear; a narrow peak over a wide background, and a gap between two peaks, both
keep their resolution; tails are resolved down to single events. Cuts are searched
on a uniform grid in z and bandwidths are in units of z.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

BINS = 256
RANGE = 3.6
STEP = 2.0 * RANGE / BINS
"""Width of a bin in z; grid boundaries run from position 0 (open) to BINS (open)."""

Edges = NDArray[np.float32]

_Z = np.linspace(-6.0, 6.0, 2401)
_BELOW_Z = np.array([NormalDist().cdf(z) for z in _Z])


def grid_edges(
    signal: NDArray[np.float32],
    background: NDArray[np.float32],
) -> Edges:
    """Return the BINS - 1 inner bin edges of one observable, increasing or equal.

    Parameters
    ----------
    signal, background
        Values of the two classes, finite, at least one each.
    """
    signal, background = np.sort(signal), np.sort(background)
    values = np.unique(np.concatenate([signal, background]))
    z = 0.5 * (_probit_rank(signal, values) + _probit_rank(background, values))
    first = np.searchsorted(z, np.linspace(-RANGE, RANGE, BINS + 1)[1:-1])
    if len(values) == 1:
        return np.repeat(values, BINS - 1)
    first = np.clip(first, 1, len(values) - 1)
    return halfway(values[first - 1], values[first])


def halfway(below: NDArray[np.float32], above: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the float32 nearest to the middle of two values, never equal to `above`.

    So ``x > boundary`` keeps `above` and not `below`, also for adjacent floats.
    """
    middle = (0.5 * (below.astype(np.float64) + above)).astype(np.float32)
    return np.where(middle >= above, below, middle)


def bin_numbers(x: NDArray[np.float32], edges: Edges) -> NDArray[np.intp]:
    """Return the bin of each value: ``edges[k - 1] < x <= edges[k]`` for bin k."""
    return np.asarray(np.searchsorted(edges, x, side="left"))


def boundary_at(edges: Edges, position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value of x at grid positions, linear between the edges."""
    return np.asarray(np.interp(position, np.arange(1, BINS), edges.astype(np.float64)))


def position_of(edges: Edges, x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the grid positions of values, the inverse of `boundary_at` inside the edges."""
    ends = {"left": 0.0, "right": float(BINS)}
    return np.asarray(np.interp(x, edges.astype(np.float64), np.arange(1.0, BINS), **ends))


def _probit_rank(sample: NDArray[np.float32], values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return Φ⁻¹ of the share of a sorted sample below each value, ties counted half."""
    below = np.searchsorted(sample, values, "left") + np.searchsorted(sample, values, "right")
    half_event = 0.5 / len(sample)
    share = np.clip(below * half_event, half_event, 1.0 - half_event)
    return np.asarray(np.interp(share, _BELOW_Z, _Z))
