"""Sorting events by how far they get, from which all kinds of cut-flow are sums.

Each event is in one group: that of the cuts it passes before it fails one for the
first time, 0 to n, or, if it fails that one only, n further on: n + 1 to 2 n. Events
are then summed once, and not once for every cut and kind.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def groups(masks: Mapping[str, NDArray[np.bool_]], rows: int) -> NDArray[np.intp]:
    """Return the group of each event, ``(N,)``, by the mask of each cut on its own."""
    passed = np.zeros(rows, dtype=np.int16)
    failed = np.zeros(rows, dtype=np.int16)
    alive = np.ones(rows, dtype=np.bool_)
    for mask in masks.values():
        alive &= mask
        passed += alive
        failed += ~mask
    alone = (failed == 1) * np.int16(len(masks) + 1)
    group: NDArray[np.intp] = (passed + alone).astype(np.intp)
    return group


def cumulative(cuts: int) -> NDArray[np.bool_]:
    """Return which groups pass the first 0 to `cuts` cuts, ``(cuts + 1, 2 cuts + 1)``."""
    passed = np.append(np.arange(cuts + 1), np.arange(cuts))
    return passed >= np.arange(cuts + 1)[:, None]


def all_but_one(cuts: int) -> NDArray[np.bool_]:
    """Return which groups pass all cuts but each, ``(cuts, 2 cuts + 1)``."""
    every = np.zeros((cuts, cuts + 1), dtype=np.bool_)
    every[:, cuts] = True
    return np.hstack([every, np.eye(cuts, dtype=np.bool_)])
