"""Working points made a family: every looser box contains the tighter ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.grid import BINS
from coffea_lcf.cuts.joint.placed import Placed


def conflicts(boxes: Sequence[Placed]) -> NDArray[np.bool_]:
    """Return per observable whether some boxes keep an interval and others its outside."""
    outside = np.stack([box.outside for box in boxes])
    active = np.stack([box.active for box in boxes])
    return np.asarray(outside.any(0) & (active & ~outside).any(0))


def nested(boxes: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return the nested family nearest to boxes given from the loosest to the tightest.

    Per observable the boundaries become the monotone sequence of least squared
    distance (pool adjacent violators). A box without a cut takes over that of the
    looser one, whose boundary more events have fixed. No observable may be in conflict.
    """
    outside = np.logical_or.accumulate([box.outside for box in boxes])
    lower = np.stack([box.lower for box in boxes])
    upper = np.stack([box.upper for box in boxes])
    for index, gap in enumerate(outside.T):
        if gap.any():
            first = int(np.argmax(gap))
            closed = np.array([box.outside[index] for box in boxes[first:]])
            lower[first:, index] = -_rising(-lower[first:, index], closed)
            upper[first:, index] = _rising(upper[first:, index], closed)
        else:
            lower[:, index] = _rising(lower[:, index], lower[:, index] > 0)
            upper[:, index] = -_rising(-upper[:, index], upper[:, index] < BINS)
    return tuple(map(Placed, outside, lower, upper))


def contained(box: Placed, outer: Placed) -> Placed:
    """Return a box of a family cut down to a looser one."""
    lower = np.maximum(box.lower, outer.lower)
    upper = np.minimum(box.upper, outer.upper)
    # a gap grows where an interval shrinks
    lower = np.where(outer.outside, np.minimum(box.lower, outer.lower), lower)
    upper = np.where(outer.outside, np.maximum(box.upper, outer.upper), upper)
    return Placed(box.outside, lower, upper)


def _rising(values: NDArray[np.float64], closed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the non-decreasing sequence nearest to the closed boundaries.

    Open ones before the first closed stay as they are, later ones repeat the last.
    """
    blocks: list[tuple[float, int]] = []
    for value in values[closed]:
        mean, size = float(value), 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    pooled = np.array([mean for mean, size in blocks for _ in range(size)])
    rank = np.cumsum(closed) - 1
    rising = values.copy()
    rising[rank >= 0] = pooled[rank[rank >= 0]]
    return rising
