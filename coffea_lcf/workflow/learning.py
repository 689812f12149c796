"""What the configuration says a fit is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coffea_lcf.config.cut import cuts_of
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.selection.rounding import rounded
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.batches import fit_batches
from coffea_lcf.workflow.histograms import fit_filled
from coffea_lcf.workflow.progress import steps_bar

if TYPE_CHECKING:
    from coffea_lcf.cuts.objectives import Objective


def fit_events(
    analysis: Analysis, table: ObservableTable
) -> tuple[FitResult, list[dict[str, Any]]]:
    """Return the fit of all training events, and what was lost where it read the input again.

    It learns from `table`, from batches of all events if that is thinned, or from histograms
    if the rest of the events is not stored. What only sees events at once, as joint cuts do,
    has to be content with the thinned table.

    Parameters
    ----------
    analysis
        The configuration.
    table
        What `coffea_lcf.workflow.samples.training_and_test` holds in memory.
    """
    section = analysis.config.fit
    fixed = cuts_of(analysis.config.preselection, table.units)
    if tabulate.storing(analysis) > 1:
        return fit_filled(analysis, table.only(_offered(analysis, table, fixed)), fixed)
    by_batches = section.strategy in ("parallel", "sequential") and section.preset == "default"
    if samples.thinning(analysis) > 1 and by_batches:
        return fit_batches(analysis, _offered(analysis, table, fixed), fixed), []
    return fit_table(analysis, table), []


def fit_table(
    analysis: Analysis,
    table: ObservableTable,
    repeats: int | None = None,
    within: Sequence[Cut] = (),
) -> FitResult:
    """Return the fit of `table` as configured, of the observables that it holds.

    Parameters
    ----------
    analysis
        The configuration.
    table
        The events.
    repeats
        Instead of the configured number.
    within
        Cuts of a region, behind those of the preselection.
    """
    from coffea_lcf.training.fit import fit

    config, section = analysis.config, analysis.config.fit
    fixed = (*cuts_of(config.preselection, table.units), *within)
    table = table.only(_offered(analysis, table, fixed))
    with steps_bar("learning", analysis.progress) as progress:
        return fit(
            table,
            section.strategy,
            objective=_objective(analysis, fixed) if section.strategy == "joint" else None,
            systematics=_systematics(analysis, table),
            directions={name: c for name, c in section.directions.items() if name in table.names},
            preset=section.preset,
            centers={name: c for name, c in section.centers.items() if name in table.names},
            fixed=fixed,
            threshold=section.threshold,
            seed=section.seed,
            repeats=repeats or section.repeats,
            # joint cuts have nothing to stop at: they learn from these events too
            validation_fraction=0.0 if section.strategy == "joint" else section.validation_fraction,
            class_prior=section.class_prior,
            device=section.device,
            progress=progress,
        )


def with_fewer_digits(
    analysis: Analysis, selection: Selection, table: ObservableTable
) -> Selection:
    """Return `selection` with its learned boundaries rounded on `table` as configured."""
    share = analysis.config.fit.rounding
    return rounded(selection, table, share) if share else selection


def _offered(analysis: Analysis, table: ObservableTable, fixed: Sequence[Cut]) -> tuple[str, ...]:
    """Return the observables that a fit needs: those that it cuts on, and those cut before."""
    offered = {*analysis.config.fitted, *(cut.observable for cut in fixed)}
    return tuple(name for name in table.names if name in offered)


def _systematics(
    analysis: Analysis, table: ObservableTable
) -> dict[str, tuple[ObservableTable, ...]]:
    """Return the varied training events with the observables and on the scale of `table`.

    `table` can be a part of the training events, or have its classes scaled.
    """
    varied = samples.varied_training(analysis)
    if not varied:
        return {}
    training = samples.training_and_test(analysis)[0]
    signal, background = np.divide(table.sumw(), training.sumw()).tolist()
    return {
        name: tuple(one.only(table.names).scaled(signal, background) for one in own)
        for name, own in varied.items()
    }


def _objective(analysis: Analysis, fixed: Sequence[Cut]) -> Objective:
    """Return the configured objective, with the yields expected behind the fixed cuts."""
    from coffea_lcf.cuts import objectives

    section = analysis.config.fit.objective
    if section.kind == "background_rejection":
        return objectives.BackgroundRejection(section.signal_efficiency)
    if section.kind == "accuracy":
        return objectives.Accuracy()
    events = samples.all_events(analysis)
    passed = Selection(tuple(fixed)).mask(events)
    signal, background = events.only(()).select(passed).sumw()
    guard = section.minimum_background
    uncertainty = analysis.config.cutflow.background_uncertainty
    if section.kind == "s_over_sqrt_b":
        return objectives.SOverSqrtB(signal, background, guard)
    if section.kind == "asimov":
        return objectives.Asimov(signal, background, uncertainty, guard)
    return objectives.Punzi(background, section.sigmas, guard)
