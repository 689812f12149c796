"""Working points met on counted events: the last, one-dimensional adjustment.

All closed boundaries of a box move together by the same distance on the common
scale, outwards or inwards, until the asked share of the signal passes. The search
ends within a few bins of its target, where such a move changes the background of
the best box only in second order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.box import Events, columns_of
from coffea_lcf.cuts.joint.grid import Edges
from coffea_lcf.cuts.joint.placed import Placed


def calibrated(
    events: Events,
    edges: Sequence[Edges],
    boxes: Sequence[Placed],
    targets: NDArray[np.float64],
    reach: float,
) -> tuple[Placed, ...]:
    """Return boxes moved so that each passes its share of the signal.

    Parameters
    ----------
    events
        The events to count.
    edges
        Grid of each observable.
    boxes
        Boxes near their targets.
    targets
        Signal efficiency of each box; missed where a move of `reach` does not suffice.
    reach
        Largest move, in bins.
    """
    limits = [[box.moved(by).box(edges) for by in (-reach, reach)] for box in boxes]
    inner = np.zeros(len(boxes))
    shells: list[list[NDArray[np.float64]]] = [[] for _ in boxes]
    for columns, weight in columns_of(events, label=1):
        for index, (tight, loose) in enumerate(limits):
            kept = tight.passes_columns(columns)
            inner[index] += weight[kept].sum()
            shell = loose.passes_columns(columns) & ~kept
            margin = boxes[index].margin([column[shell] for column in columns], edges)
            shells[index].append(np.stack([margin, weight[shell]]))
    total = events.total(1)
    return tuple(
        box.moved(_distance(np.concatenate(shell, axis=1), target * total - passing, reach))
        for box, shell, target, passing in zip(boxes, shells, targets, inner, strict=True)
    )


def _distance(shell: NDArray[np.float64], missing: float, reach: float) -> float:
    """Return the move outwards that lets the missing weight pass, from (margin, weight)."""
    margin, weight = shell[:, np.argsort(-shell[0], kind="stable")]
    let_in = np.concatenate([[0.0], np.cumsum(weight)])
    at = int(np.argmin(np.abs(let_in - missing)))
    between = np.clip(np.concatenate([[reach], margin, [-reach]]), -reach, reach)
    return float(-0.5 * (between[at] + between[at + 1]))
