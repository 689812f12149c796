"""Histograms of the observables at each stage of the cut-flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import hist
import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cutflow.cutflow import ALL_EVENTS

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
    cumulative, exclusive = _passing(masks, len(weight))
    filled = {}
    for name, binning in binnings.items():
        others = {
            ALL_BUT + label: passed
            for label, passed in exclusive.items()
            if (own or {}).get(label, label) == name
        }
        stages = {**cumulative, **others}
        filled[name] = _histogram(dataset, columns[name], weight, binning.axis(name), stages)
    return filled


def _passing(
    masks: Mapping[str, NDArray[np.bool_]], rows: int
) -> tuple[dict[str, NDArray[np.bool_]], dict[str, NDArray[np.bool_]]]:
    """Return the events that pass up to each cut, and all cuts but each."""
    alive = np.ones(rows, dtype=np.bool_)
    cumulative = {ALL_EVENTS: alive}
    failures = np.zeros(rows, dtype=np.intp)
    for label, mask in masks.items():
        alive = alive & mask
        cumulative[label] = alive
        failures += ~mask
    # no other cut fails: none at all, or this one alone
    return cumulative, {label: failures == ~mask for label, mask in masks.items()}


def _histogram(
    dataset: str,
    column: NDArray[np.float32],
    weight: NDArray[np.float64],
    axis: hist.axis.Regular,
    stages: Mapping[str, NDArray[np.bool_]],
) -> hist.Hist:
    histogram = hist.Hist(
        hist.axis.StrCategory([dataset], growth=True, name="dataset"),
        hist.axis.StrCategory(list(stages), name="stage"),
        axis,
        storage=hist.storage.Weight(),
    )
    number = ~np.isnan(column)
    for stage, passed in stages.items():
        keep = passed & number
        if keep.any():
            histogram.fill(dataset=dataset, stage=stage, x=column[keep], weight=weight[keep])
    return histogram
