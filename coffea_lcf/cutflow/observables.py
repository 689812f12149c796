"""Histograms of the observables at each stage of the cut-flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boost_histogram as bh
import hist
import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cutflow.cutflow import ALL_EVENTS
from coffea_lcf.cutflow.groups import all_but_one, cumulative, groups

ALL_BUT = "all but "


@dataclass(frozen=True)
class Binning:
    """Regular bins of one observable, in its unit."""

    bins: int
    low: float
    high: float

    def axis(self, label: str) -> hist.axis.Regular:
        """Return the axis ``x`` with `label`."""
        return hist.axis.Regular(self.bins, self.low, self.high, name="x", label=label)


def fill(
    dataset: str,
    columns: Mapping[str, NDArray[np.float32]],
    masks: Mapping[str, NDArray[np.bool_]],
    weight: NDArray[np.float64],
    binnings: Mapping[str, Binning],
    own: Mapping[str, str] | None = None,
) -> dict[str, hist.Hist]:
    """Return one histogram an observable with axes ``dataset``, ``stage`` and ``x``.

    Stages are ``all events``, the label of each cut, after which the events are
    counted, and ``all but LABEL`` for the cuts on the observable itself: what all
    other cuts leave, where its boundary shows best. The storage is Weight. Values
    outside of the range go to the flow bins; NaN is not filled.

    Parameters
    ----------
    dataset
        Name of the dataset.
    columns
        Observables, each ``(N,)``.
    masks
        The mask of each cut on its own, ``(N,)``, in order.
    weight
        Event weights, ``(N,)``.
    binnings
        The bins of the observables to histogram.
    own
        The observable of each label, where they differ.
    """
    group, cuts = groups(masks, len(weight)), len(masks)
    filled = {}
    for name, binning in binnings.items():
        others = [place for place, one in enumerate(masks) if (own or {}).get(one, one) == name]
        labels = [ALL_EVENTS, *masks, *(ALL_BUT + list(masks)[place] for place in others)]
        stages = np.concatenate([cumulative(cuts), all_but_one(cuts)[others]])
        by_group = _by_group(columns[name], weight, group, 2 * cuts + 1, binning)
        filled[name] = _histogram(dataset, labels, binning.axis(name), stages, by_group)
    return filled


def _by_group(
    column: NDArray[np.float32],
    weight: NDArray[np.float64],
    group: NDArray[np.intp],
    count: int,
    binning: Binning,
) -> NDArray[Any]:
    """Return Σw and Σw² of each group and bin, flow bins too, shape ``(2, count, bins + 2)``."""
    histogram = bh.Histogram(
        bh.axis.Integer(0, count, underflow=False, overflow=False),
        bh.axis.Regular(binning.bins, binning.low, binning.high),
        storage=bh.storage.Weight(),
    )
    number = ~np.isnan(column)
    if not number.all():
        column, weight, group = column[number], weight[number], group[number]
    histogram.fill(group, column, weight=weight)
    view = histogram.view(flow=True)
    return np.stack([view["value"], view["variance"]])


def _histogram(
    dataset: str,
    labels: list[str],
    axis: hist.axis.Regular,
    stages: NDArray[np.bool_],
    by_group: NDArray[Any],
) -> hist.Hist:
    """Return the sums over the groups of each stage as a histogram."""
    histogram = hist.Hist(
        hist.axis.StrCategory([dataset], growth=True, name="dataset"),
        hist.axis.StrCategory(labels, name="stage"),
        axis,
        storage=hist.storage.Weight(),
    )
    view = histogram.view(flow=True)
    view["value"][0, : len(labels)], view["variance"][0, : len(labels)] = stages @ by_group
    return histogram
