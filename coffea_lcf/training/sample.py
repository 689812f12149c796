"""Some events that stand for all: where a fit of very many starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.evaluation import ROWS


@dataclass(frozen=True)
class Sample:
    """Rows of a table, and how many of its events each of them stands for.

    Attributes
    ----------
    rows
        Index of the rows, or a slice of all of them.
    stands
        Shape ``(n,)``, or 1.
    """

    rows: NDArray[np.intp] | slice
    stands: NDArray[np.float64] | float


EVERYTHING = Sample(slice(None), 1.0)
"""Every event stands for itself."""


def drawn(label: NDArray[np.bool_], size: int, random: np.random.Generator) -> Sample:
    """Return a sample of about `size` rows.

    Half of the rows are of each class, or all that there are. One is drawn from each
    of as many stretches of the class as rows are wanted, so that a table in the
    order of its input files gives a part of each.

    Parameters
    ----------
    label
        Shape ``(N,)``, with both classes.
    random
        Draws the row of each stretch.
    """
    signals = int(np.count_nonzero(label))
    totals = (len(label) - signals, signals)
    rows = [
        _spread_out(label, bool(of), total, size // 2, random) for of, total in enumerate(totals)
    ]
    stands = [total / len(some) for total, some in zip(totals, rows, strict=True)]
    return Sample(np.concatenate(rows), np.repeat(stands, [len(some) for some in rows]))


def _spread_out(
    label: NDArray[np.bool_], of: bool, total: int, wanted: int, random: np.random.Generator
) -> NDArray[np.intp]:
    """Return `wanted` of the `total` rows of a class, one from each of as many stretches."""
    wanted = min(max(wanted, 1), total)
    drawn = (np.arange(wanted) + random.random(wanted)) * (total / wanted)
    ranks = np.minimum(drawn.astype(np.intp), total - 1)
    rows, seen = [], 0
    for start in range(0, len(label), ROWS):
        here = np.flatnonzero(label[start : start + ROWS] == of)
        first, last = np.searchsorted(ranks, (seen, seen + len(here)))
        rows.append(start + here[ranks[first:last] - seen])
        seen += len(here)
    return np.concatenate(rows)
