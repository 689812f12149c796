"""A nested family of boxes at given signal efficiencies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.box import BoxCuts, Events
from coffea_lcf.cuts.joint.calibrate import calibrated
from coffea_lcf.cuts.joint.nesting import conflicts, nested
from coffea_lcf.cuts.joint.placed import Placed, placed
from coffea_lcf.cuts.joint.problem import Problem
from coffea_lcf.cuts.joint.search import descend
from coffea_lcf.cuts.joint.soft import Sample
from coffea_lcf.selection import Case

REACH = 12.0
"""Bins that a box may be moved after the search."""


def family(events: Events, problem: Problem, targets: NDArray[np.float64]) -> tuple[BoxCuts, ...]:
    """Return the box of least background at each signal efficiency, nested, in their order.

    Parameters
    ----------
    events
        All events; those of `problem` are some of them.
    problem
        The events to search.
    targets
        Signal efficiencies, relative to `events`.
    """
    loosest_first, back = np.unique(-targets, return_inverse=True)
    goals = -loosest_first
    boxes = _searched(problem.sample, goals)
    boxes = calibrated(events, problem.edges, nested(boxes), goals, REACH)
    family = [box.box(problem.edges) for box in boxes]
    return tuple(family[index] for index in back)


def _searched(sample: Sample, goals: NDArray[np.float64]) -> tuple[Placed, ...]:
    """Return boxes that keep an interval of an observable, or its outside, in all of them."""
    while True:
        cuts = descend(sample, goals).cuts
        boxes = tuple(placed(cuts[index]) for index in range(len(goals)))
        clash = conflicts(boxes)
        if not clash.any():
            return boxes
        cases = [
            _without_clash(own, boxes, index) if clash[index] else own
            for index, own in enumerate(sample.cases)
        ]
        sample = replace(sample, cases=tuple(cases))


def _without_clash(
    cases: tuple[Case, ...], boxes: tuple[Placed, ...], index: int
) -> tuple[Case, ...]:
    """Return the cases of the kind that the tightest box with a cut has chosen."""
    tightest = next(box for box in reversed(boxes) if box.active[index])
    edge = bool(tightest.outside[index])
    return tuple(case for case in cases if (case == "edge") == edge)
