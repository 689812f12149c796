r"""Bins that cover all numbers, fine around a center: histograms that cuts learn from.

They are equal in :math:`u = d / (|d| + s)` with the distance :math:`d = x - c` from the
center c, and so :math:`(|d| + s)^2 / (2047 s)` wide: half of them lie within s of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 4096

HALF = BINS // 2
"""The first bin above the center, which is an edge."""

REACH = HALF - 1
"""Bins on either side of the center; one of each half is left, so that rounding is safe."""


def u_of(x: Any, center: float, scale: float) -> Any:
    """Return u in (-1, 1) of the numbers `x`, an array or a tensor."""
    distance = x - center
    return distance / (abs(distance) + scale)


def filled(
    x: NDArray[np.float32], weight: NDArray[np.float64], center: float, scale: float
) -> NDArray[np.float64]:
    """Return the sum of weights in each bin, ``(4096,)``, of finite `x`, ``(N,)``."""
    number = (u_of(x, center, scale) * np.float32(REACH) + np.float32(HALF)).astype(np.int64)
    return np.bincount(number, weight, BINS).astype(np.float64)
