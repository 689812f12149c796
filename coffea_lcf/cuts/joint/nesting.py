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


def contained(boxes: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return the boxes of a family, loosest first, each cut down to the one before it."""
    family = list(boxes[:1])
    for box in boxes[1:]:
        last = family[-1]
        lower = np.maximum(box.lower, last.lower)
        upper = np.minimum(box.upper, last.upper)
        # a gap grows where an interval shrinks
        lower = np.where(last.outside, np.minimum(box.lower, last.lower), lower)
        upper = np.where(last.outside, np.maximum(box.upper, last.upper), upper)
        family.append(Placed(box.outside, lower, upper))
    return tuple(family)


def _rising(values: NDArray[np.float64], closed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the non-decreasing sequence nearest to the closed boundaries.

    Open ones before the first closed stay as they are, later ones repeat the last.
    """
    if not closed.any():
        return values
    first = int(np.argmax(closed))
    last_closed = np.maximum.accumulate(np.where(closed, np.arange(len(values)), 0))
    blocks: list[tuple[float, int]] = []
    for value in values[last_closed[first:]]:
        mean, size = float(value), 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    pooled = [mean for mean, size in blocks for _ in range(size)]
    return np.concatenate([values[:first], pooled])
