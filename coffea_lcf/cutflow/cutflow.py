"""Cut-flow histograms of one selection: onecut, cumulative and N-1, added across chunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import hist
import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cutflow.groups import all_but_one, cumulative, groups
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
    cuts, group = len(masks), groups(masks, len(weight))
    alone = np.array([*masks.values()], dtype=np.float64).reshape(cuts, len(weight))
    yields = []
    for w in (np.ones(len(weight)), weight, weight * weight):
        summed = np.bincount(group, w, minlength=2 * cuts + 1)
        reached, without = cumulative(cuts) @ summed, all_but_one(cuts) @ summed
        # not a matrix product, for which BLAS wakes threads that other chunks' processes want
        onecut, total = np.einsum("cn,n->c", alone, w), reached[:1]
        columns = [np.append(total, onecut), reached, np.append(total, without)]
        yields.append(np.stack(columns, axis=1))
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
