"""Signal and background histograms of an observable at a stage of the cut-flow."""

from __future__ import annotations

import hist

from coffea_lcf.cutflow.cutflow import ALL_EVENTS
from coffea_lcf.cutflow.normalisation import Role
from coffea_lcf.report.content import ReportContent


def expected(content: ReportContent, observable: str, role: Role, stage: str) -> hist.Hist:
    """Return `observable` of all datasets of `role`, in expected events."""
    stored = content.observables[observable]
    total = hist.Hist(stored.axes["x"], storage=hist.storage.Weight())
    for name, normalisation in content.normalisations.items():
        if normalisation.role == role and name in stored.axes["dataset"]:
            total += stored[{"dataset": name, "stage": stage}] * normalisation.scale
    return total


def stage_met(content: ReportContent, order: int) -> tuple[str, str]:
    """Return the stage whose events meet cut number `order` (from zero), and its words.

    That is after all the other cuts where the histograms have such a stage, and
    after the cuts before it otherwise.
    """
    names = content.selection.names
    others = f"all but {names[order]}"
    if others in content.observables[content.selection.cuts[order].observable].axes["stage"]:
        return others, "events that pass all other cuts"
    if order == 0:
        return ALL_EVENTS, ALL_EVENTS
    return names[order - 1], "events that pass the cuts above"
