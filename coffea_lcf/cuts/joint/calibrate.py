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
from coffea_lcf.cuts.joint.nesting import contained
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
        Boxes near their targets, nested, the loosest first. They stay nested: a box
        moves out to the boundaries of the one before at most.
    targets
        Signal efficiency of each box; missed where a move of `reach` does not suffice.
    reach
        Largest move, in bins.
    """
    family: list[Placed] = []
    for box, target in zip(boxes, targets, strict=True):
        outer = family[-1] if family else box.moved(reach)
        distance = _distance(events, edges, box, outer, target, reach)
        family.append(contained(box.moved(distance), outer))
    return tuple(family)


def _distance(
    events: Events,
    edges: Sequence[Edges],
    box: Placed,
    outer: Placed,
    target: float,
    reach: float,
) -> float:
    """Return the move outwards, within another box, that lets the target pass."""
    tight, loose = (
        contained(box.moved(distance), outer).box(edges) for distance in (-reach, reach)
    )
    inner, shells = 0.0, []
    for columns, weight in columns_of(events, label=1):
        kept = tight.passes_columns(columns)
        inner += weight[kept].sum()
        shell = loose.passes_columns(columns) & ~kept
        shells.append([box.margin([column[shell] for column in columns], edges), weight[shell]])
    margin, weight = np.concatenate(shells, axis=1)
    order = np.argsort(-margin, kind="stable")
    passing = inner + np.concatenate([[0.0], np.cumsum(weight[order])])
    at = int(np.argmin(np.abs(passing - target * events.total(1))))
    between = np.clip(np.concatenate([[reach], margin[order], [-reach]]), -reach, reach)
    return float(-0.5 * (between[at] + between[at + 1]))
