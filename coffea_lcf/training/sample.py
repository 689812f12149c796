"""Some events that stand for all: where a fit of very many starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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


def nested_samples(
    label: NDArray[np.bool_], sizes: tuple[int, ...], random: np.random.Generator
) -> tuple[Sample, ...]:
    """Return samples of about `sizes` rows, each within the one before it.

    Half of the rows are of each class, or all that there are. One is drawn from each
    of as many stretches of the class as rows are wanted, so that a table in the
    order of its input files gives a part of each.

    Parameters
    ----------
    label
        Shape ``(N,)``, with both classes.
    sizes
        Numbers of rows, falling.
    random
        Draws the row of each stretch.
    """
    classes = [np.flatnonzero(~label), np.flatnonzero(label)]
    totals = [len(rows) for rows in classes]
    samples = []
    for size in sizes:
        classes = [_spread_out(rows, size // 2, random) for rows in classes]
        stands = [total / len(rows) for total, rows in zip(totals, classes, strict=True)]
        each = np.repeat(stands, [len(rows) for rows in classes])
        samples.append(Sample(np.concatenate(classes), each))
    return tuple(samples)


def _spread_out(
    rows: NDArray[np.intp], wanted: int, random: np.random.Generator
) -> NDArray[np.intp]:
    """Return `wanted` of the `rows`, one at random from each of as many stretches."""
    wanted = min(max(wanted, 1), len(rows))
    drawn = (np.arange(wanted) + random.random(wanted)) * (len(rows) / wanted)
    return rows[np.minimum(drawn.astype(np.intp), len(rows) - 1)]
