"""Parallel cuts from histograms that the workers fill from the input files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.bins import BINS
from coffea_lcf.processing.fill import FillBins
from coffea_lcf.processing.run import run
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.state import key

if TYPE_CHECKING:
    from coffea_lcf.training.filled import FillPlan

LABELS = ("background", "signal")


def fit_filled(
    analysis: Analysis, table: ObservableTable, fixed: Sequence[Cut]
) -> tuple[FitResult, list[dict[str, Any]]]:
    """Return the fit of all training events that are not stored, and what was lost of them.

    Parameters
    ----------
    analysis
        The configuration.
    table
        Stored training events with the observables to cut on and those of `fixed`.
    fixed
        Cuts that come first.
    """
    from coffea_lcf.training.filled import fit_histograms, plan_histograms

    section = analysis.config.fit
    centers = {name: c for name, c in section.centers.items() if name in table.names}
    plan = plan_histograms(table, centers=centers, fixed=fixed, seed=section.seed)
    sums, events, completeness = _filled(analysis, plan)
    result = fit_histograms(
        plan,
        sums,
        events,
        threshold=section.threshold,
        repeats=section.repeats,
        class_prior=section.class_prior,
    )
    return result, completeness


def checkpoint_identity(analysis: Analysis, plan: FillPlan) -> str:
    """Return the hash of what the histograms of a chunk depend on."""
    return key(tabulate.identity(analysis), _bins(plan), [asdict(cut) for cut in plan.fixed])


def _bins(plan: FillPlan) -> dict[str, tuple[float, float]]:
    return {name: (one.center, one.scale) for name, one in plan.bins.items()}


def _filled(
    analysis: Analysis, plan: FillPlan
) -> tuple[dict[str, NDArray[np.float64]], tuple[int, int], list[dict[str, Any]]]:
    """Return sums of expected events by observable, ``(2, 4096)``, and numbers of events."""
    bins = _bins(plan)
    action = FillBins(bins, Selection(plan.fixed), tabulate.storing(analysis))
    identity = checkpoint_identity(analysis, plan)
    manifest = tabulate.read_manifest(analysis)
    scales = tabulate.normalisations(analysis, manifest)
    wanted = samples.division(analysis, manifest).seen
    infos = tuple(info for info in analysis.files if info.dataset in wanted)
    output, completeness = run(
        infos, analysis.processor(action), analysis.execution("fit", identity)
    )
    sums, events = np.zeros((2, len(bins), BINS)), [0, 0]
    for dataset, entry in wanted.items():
        of = LABELS.index(entry["label"])
        sums[of] += scales[dataset].scale * output["sums"][dataset]
        events[of] += output["events"][dataset]
    by_name = {name: sums[:, i] for i, name in enumerate(bins)}
    return by_name, (events[0], events[1]), [one.to_document() for one in completeness]
