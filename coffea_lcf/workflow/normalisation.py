"""The Σw that the yields of a dataset are normalised to, without that of lost events."""

from __future__ import annotations

import warnings

from coffea_lcf.processing.completeness import Completeness, Report
from coffea_lcf.workflow.analysis import Analysis

ASSUMED = "as if those that are lost weighed like the others"


class NormalisationWarning(UserWarning):
    """The yields of a dataset may be normalised to the wrong Σw."""


def generated_sumw(analysis: Analysis, dataset: str, stored: float, report: Report) -> float:
    """Return Σw before any skim: as given, or of the ``Runs`` trees, or of the `stored` events.

    Where events are lost, what was generated for them leaves the sum, so that yields
    (cross-section × luminosity × Σw of the selected / this sum) stay those of the whole
    sample. Of ``Runs`` a lost file takes its own Σw with it, which is exact; a file that
    is lost in part takes the share of its events. A given Σw is scaled by the share of
    the dataset's events. Both shares take the lost events to weigh as much as the others
    on the average. A file that cannot be opened, of which no number of events is known,
    counts against a given Σw as a file of mean size.

    Parameters
    ----------
    analysis
        The configuration and its files.
    dataset
        Name of the dataset.
    stored
        Σw of the events that were processed.
    report
        What the pass over the events that is normalised did process.
    """
    came = next(one for one in report if one.dataset == dataset)
    given = {one.name: one.sumw for one in analysis.datasets}[dataset]
    if given is not None:
        return _of_given(given, came)
    infos = [info for info in analysis.files if info.dataset == dataset]
    known = [(info, info.sumw) for info in infos if info.sumw is not None]
    if len(known) < len(infos):
        if known:
            message = f"dataset {dataset!r}: {len(infos) - len(known)} of {len(infos)} files have "
            message += "no Σw in a Runs tree; it is normalised to the events that are stored"
            warnings.warn(message, NormalisationWarning, stacklevel=2)
        return stored
    whole = sum(sumw for _, sumw in known)
    sumw = sum(sumw * came.share_of(info.path, info.entries) for info, sumw in known)
    parts = sum(1 for events in came.processed_of_lacking.values() if events)
    if sumw != whole:
        message = f"dataset {dataset!r}: normalised to Σw = {sumw:.6g} of {whole:.6g} in the Runs "
        message += "trees, without that of lost events"
        if parts:
            message += f"; of {parts} files some events are lost, whose Σw is shared out by "
            message += f"number, {ASSUMED}"
        warnings.warn(message, NormalisationWarning, stacklevel=2)
    return sumw


def _of_given(given: float, came: Completeness) -> float:
    """Return the part of the Σw of a dataset that belongs to the events that came."""
    if came.share < 1:
        message = f"dataset {came.dataset!r}: the given Σw = {given:.6g} is scaled by the share of "
        message += f"its events that were processed, {came.share:.4%}, {ASSUMED}"
        if came.files_lost:
            message += f"; {came.files_lost} files that cannot be opened count as of mean size"
        warnings.warn(message, NormalisationWarning, stacklevel=3)
    return given * came.share
