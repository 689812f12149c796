"""Step 2: learn the cuts from the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffea_lcf.errors import OutputError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Selection
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.progress import steps_bar
from coffea_lcf.workflow.state import key, read_state
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json

if TYPE_CHECKING:
    from coffea_lcf.cuts.objectives import Objective

SELECTION = "selection.json"
FIT = "fit.json"
POINTS = "selections"
"""Folder of the working points, where several were asked for."""


def fit_cuts(analysis: Analysis, force: bool = False) -> Step:
    """Fit the cuts on a part of the events and measure them on the rest.

    Raises
    ------
    LCFError
        If there is no table, or the fit cannot be done on it.
    """
    sections = ["fit", "preselection", "luminosity"]
    if analysis.config.fit.strategy == "joint":
        sections.append("cutflow")  # its background uncertainty is part of the objective
    identity = key(tabulate.identity(analysis), analysis.loaded.digest(*sections))
    return perform(
        analysis,
        "fit",
        identity,
        lambda result: [SELECTION, FIT, *(point["file"] for point in result["points"])],
        lambda: _work(analysis),
        force,
    )


def _work(analysis: Analysis) -> dict[str, Any]:
    table, test = tabulate.training_and_test(analysis)
    held_out = test is not table
    result = fit_table(analysis, table)
    selection = result.selection.with_provenance(
        config=analysis.config.name, config_digest=analysis.loaded.digest()
    )
    document = {
        **result.to_document(),
        "test": evaluate(selection, test),
        "selection": fingerprint(selection),
    }
    write_json(analysis.output / FIT, document)
    selection.save(analysis.output / SELECTION)
    points = _save_points(analysis, result, test) if len(result.selections) > 1 else []
    return {
        "cuts": [str(cut) for cut in selection.cuts],
        "unused": list(selection.unused),
        "selection": document["selection"],
        "test": document["test"],
        "points": points,
        "held_out": held_out,
        "validation": document["metrics"],
    }


def _save_points(
    analysis: Analysis, result: FitResult, test: ObservableTable
) -> list[dict[str, Any]]:
    """Write the selections of all working points and return their files and figures."""
    points = []
    for order, selection in enumerate(result.selections, start=1):
        file = f"{POINTS}/point_{order}.json"
        selection.save(analysis.output / file)
        points.append({"file": file, **evaluate(selection, test)})
    return points


def fingerprint(selection: Selection) -> str:
    """Return the hash of `selection`, by which a later edit of its file is noticed."""
    return key(to_document(selection))


def fit_table(analysis: Analysis, table: ObservableTable, repeats: int | None = None) -> FitResult:
    """Return the fit of `table` as configured, of the observables that it holds.

    Parameters
    ----------
    analysis
        The configuration.
    table
        The events.
    repeats
        Instead of the configured number.
    """
    from coffea_lcf.training.fit import fit

    config, section = analysis.config, analysis.config.fit
    with steps_bar("learning", analysis.progress) as progress:
        return fit(
            table,
            section.strategy,
            objective=_objective(analysis) if section.strategy == "joint" else None,
            directions={name: c for name, c in section.directions.items() if name in table.names},
            preset=section.preset,
            centers={name: c for name, c in section.centers.items() if name in table.names},
            fixed=[cut.cut(table.unit(cut.observable)) for cut in config.preselection],
            threshold=section.threshold,
            seed=section.seed,
            repeats=repeats or section.repeats,
            validation_fraction=section.validation_fraction,
            class_prior=section.class_prior,
            device=section.device,
            progress=progress,
        )


def _objective(analysis: Analysis) -> Objective:
    """Return the configured objective, with the expected yields of all events."""
    from coffea_lcf.cuts import objectives

    section = analysis.config.fit.objective
    events = tabulate.all_events(analysis)
    signal, background = (
        float(events.weight[rows].sum()) for rows in (events.label, ~events.label)
    )
    guard = section.minimum_background
    uncertainty = analysis.config.cutflow.background_uncertainty
    if section.kind == "s_over_sqrt_b":
        return objectives.SOverSqrtB(signal, background, guard)
    if section.kind == "asimov":
        return objectives.Asimov(signal, background, uncertainty, guard)
    if section.kind == "punzi":
        return objectives.Punzi(background, section.sigmas, guard)
    if section.kind == "background_rejection":
        return objectives.BackgroundRejection(section.signal_efficiency)
    return objectives.Accuracy()


def load_selection(analysis: Analysis) -> Selection:
    """Return the selection in the output folder; `OutputError` if there is none yet."""
    path = analysis.output / SELECTION
    if not path.exists():
        msg = f"no {SELECTION} in {analysis.output}: run  coffea-lcf fit  first, or put one there"
        raise OutputError(msg)
    return Selection.load(path)


def load_points(analysis: Analysis) -> tuple[Selection, ...]:
    """Return the selections of all working points, in the order asked for.

    A fit without working points has one, and so has a selection that is not that of
    the fit.

    Raises
    ------
    OutputError
        If there is no selection yet.
    """
    selection = load_selection(analysis)
    entry = read_state(analysis.output).get("steps", {}).get("fit", {})
    result = entry.get("result", {})
    if result.get("selection") != fingerprint(selection) or not result.get("points"):
        return (selection,)
    return tuple(Selection.load(analysis.output / point["file"]) for point in result["points"])
