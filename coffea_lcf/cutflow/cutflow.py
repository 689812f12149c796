"""Cut-flow histograms of one selection: onecut, cumulative and N-1, added across chunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import hist
import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import SelectionError

ALL_EVENTS = "all events"
KINDS = ("onecut", "cumulative", "nminusone")


@dataclass(frozen=True, eq=False)
class Cutflow:
    """Yields of a selection per dataset, cut and kind, with right Σw².

    Adding two of them (chunks, files, datasets) gives the cut-flow of both. The
    axis of the cuts is complete from the start and holds no boundaries, so that
    the order of chunks does not matter.

    Attributes
    ----------
    weighted
        `hist.Hist` with axes ``dataset``, ``cut`` (``all events`` first) and
        ``kind`` (``onecut``, ``cumulative``, ``nminusone``); storage Weight.
    raw
        The same axes, the number of events; storage Int64.
    """

    weighted: hist.Hist
    raw: hist.Hist

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets, in alphabetical order."""
        return tuple(sorted(self.weighted.axes["dataset"]))

    @property
    def cuts(self) -> tuple[str, ...]:
        """The labels of the cuts, ``all events`` first."""
        return tuple(self.weighted.axes["cut"])

    def __add__(self, other: Cutflow) -> Cutflow:
        """Return the sum; `SelectionError` if the cuts are not the same ones."""
        if not isinstance(other, Cutflow):
            return NotImplemented
        if self.cuts != other.cuts:
            msg = f"cut-flows of different cuts cannot be added: {self.cuts} and {other.cuts}"
            raise SelectionError(msg)
        return Cutflow(self.weighted + other.weighted, self.raw + other.raw)

    def events(self, dataset: str, kind: str = "cumulative") -> NDArray[np.int64]:
        """Return the number of events after each cut, shape ``(1 + cuts,)``."""
        values = self.raw[{"dataset": dataset, "kind": kind}].values()
        return np.asarray(values).astype(np.int64)

    def sumw(self, dataset: str, kind: str = "cumulative") -> NDArray[np.float64]:
        """Return Σw after each cut, shape ``(1 + cuts,)``."""
        return np.asarray(self.weighted[{"dataset": dataset, "kind": kind}].values())

    def sumw2(self, dataset: str, kind: str = "cumulative") -> NDArray[np.float64]:
        """Return Σw² after each cut, shape ``(1 + cuts,)``."""
        return np.asarray(self.weighted[{"dataset": dataset, "kind": kind}].variances())


def count(
    dataset: str, masks: Mapping[str, NDArray[np.bool_]], weight: NDArray[np.float64]
) -> Cutflow:
    """Return the cut-flow of one chunk of `dataset`.

    Parameters
    ----------
    dataset
        Name of the dataset.
    masks
        The mask of each cut on its own, shape ``(N,)``, in order.
    weight
        Event weights, shape ``(N,)``.
    """
    step, failure = _last_step(masks, len(weight)), _only_failure(masks, len(weight))
    yields = {}
    for power in (0, 1, 2):
        w = weight**power
        onecut = [w[mask].sum() for mask in masks.values()]
        cumulative = _passed_up_to(step, w, len(masks))
        nminusone = _without_each(failure, w, len(masks))
        total = cumulative[:1]
        yields[power] = np.stack(
            [np.append(total, onecut), cumulative, np.append(total, nminusone)], axis=1
        )
    flow = empty(dataset, tuple(masks))
    flow.raw.view(flow=False)[0] = yields[0]
    view = flow.weighted.view(flow=False)
    view["value"][0] = yields[1]
    view["variance"][0] = yields[2]
    return flow


def empty(dataset: str, cuts: tuple[str, ...]) -> Cutflow:
    """Return the cut-flow of no events of `dataset`."""
    axes = [
        hist.axis.StrCategory([dataset], growth=True, name="dataset"),
        hist.axis.StrCategory([ALL_EVENTS, *cuts], name="cut"),
        hist.axis.StrCategory(list(KINDS), name="kind"),
    ]
    return Cutflow(
        hist.Hist(*axes, storage=hist.storage.Weight()),
        hist.Hist(*axes, storage=hist.storage.Int64()),
    )


def _last_step(masks: Mapping[str, NDArray[np.bool_]], rows: int) -> NDArray[np.intp]:
    """Return how many leading cuts each event passes, shape ``(N,)``, 0 to cuts."""
    step = np.zeros(rows, dtype=np.intp)
    alive = np.ones(rows, dtype=np.bool_)
    for mask in masks.values():
        alive &= mask
        step += alive
    return step


def _only_failure(masks: Mapping[str, NDArray[np.bool_]], rows: int) -> NDArray[np.intp]:
    """Return 0 for events that pass all cuts, k if only cut k fails, else cuts + 1."""
    failures = np.zeros(rows, dtype=np.intp)
    which = np.zeros(rows, dtype=np.intp)
    for order, mask in enumerate(masks.values(), start=1):
        failures += ~mask
        which[~mask] = order
    return np.where(failures <= 1, which, len(masks) + 1)


def _passed_up_to(
    step: NDArray[np.intp], weight: NDArray[np.float64], cuts: int
) -> NDArray[np.float64]:
    reached = np.bincount(step, weight, minlength=cuts + 1)
    return reached[::-1].cumsum()[::-1]


def _without_each(
    failure: NDArray[np.intp], weight: NDArray[np.float64], cuts: int
) -> NDArray[np.float64]:
    by_failure = np.bincount(failure, weight, minlength=cuts + 2)
    return np.asarray(by_failure[1 : cuts + 1] + by_failure[0])
