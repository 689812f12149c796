"""Step 2: learn the cuts from the table."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from coffea_lcf.errors import OutputError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.explain import stability
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Selection
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.learning import fit_events, with_fewer_digits
from coffea_lcf.workflow.regions import region_cuts, region_selections
from coffea_lcf.workflow.state import key, read_state
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json

SELECTION = "selection.json"
FIT = "fit.json"
POINTS, REGIONS = "selections", "regions"
"""Folders of further selections: of the working points and of the regions."""


def fit_cuts(analysis: Analysis, force: bool = False) -> Step:
    """Fit the cuts on a part of the events and measure them on the rest.

    Raises
    ------
    LCFError
        If there is no table, or the fit cannot be done on it.
    """
    sections = ["fit", "preselection", "regions", "luminosity"]
    if analysis.config.fit.strategy == "joint":
        sections.append("cutflow")  # its background uncertainty is part of the objective
    identity = key(tabulate.table_identity(analysis), analysis.loaded.digest(*sections))
    return perform(
        analysis,
        "fit",
        identity,
        lambda result: [SELECTION, FIT, *_files(result["points"]), *_files(result["regions"])],
        lambda: _work(analysis),
        force,
    )


def _work(analysis: Analysis) -> dict[str, Any]:
    table, test = samples.training_and_test(analysis)
    held_out = test is not table
    result, completeness = fit_events(analysis, table)
    # the repeats, which tell the spread of each boundary, keep their digits
    taken = tuple(with_fewer_digits(analysis, one, table) for one in result.selections)
    result = replace(result, selection=taken[0], selections=taken)
    provenance = {"config": analysis.config.name, "config_digest": analysis.loaded.digest()}
    selection, *several = (one.with_provenance(**provenance) for one in result.selections)
    document = {
        **result.to_document(),
        "test": _figures(selection, test),
        "stability": _stability(result, test),
        "selection": fingerprint(selection),
    }
    write_json(analysis.output / FIT, document)
    selection.save(analysis.output / SELECTION)
    points = [
        _save(analysis, f"{POINTS}/point_{order}.json", one, test)
        for order, one in enumerate([selection, *several] if several else (), start=1)
    ]
    regions = [
        {"region": name, **_save(analysis, f"{REGIONS}/{name}.json", one, test)}
        for name, one in region_selections(analysis, table, selection).items()
    ]
    return {
        "cuts": [str(cut) for cut in selection.cuts],
        "unused": list(selection.unused),
        "selection": document["selection"],
        "test": document["test"],
        "stability": document["stability"],
        "points": points,
        "regions": regions,
        "held_out": held_out,
        "thinning": samples.thinning(analysis) * tabulate.storing(analysis),
        "completeness": completeness,
        "validation": document["metrics"],
    }


def _save(
    analysis: Analysis, file: str, selection: Selection, test: ObservableTable
) -> dict[str, Any]:
    """Write a selection that is not the main one; return its file and figures."""
    selection.save(analysis.output / file)
    return {"file": file, **_figures(selection, test)}


def _stability(result: FitResult, test: ObservableTable) -> dict[str, float] | None:
    """Return how alike the repeats of the fit decide; None of a single one or without a cut."""
    if len(result.repeats) < 2 or not result.selection.cuts:
        return None
    found = stability(result.selection, result.repeats, test)
    return {
        "repeats": float(found.replicas),
        "agreement": found.agreement,
        "agreement_spread": found.agreement_spread,
    }


def _figures(selection: Selection, test: ObservableTable) -> dict[str, float]:
    """Return the figures that are numbers: no precision without an event that passes."""
    return {name: one for name, one in evaluate(selection, test).items() if math.isfinite(one)}


def _files(written: list[dict[str, Any]]) -> list[str]:
    return [str(one["file"]) for one in written]


def fingerprint(selection: Selection) -> str:
    """Return the hash of `selection`, by which a later edit of its file is noticed."""
    return key(to_document(selection))


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
    points = _of_fit(analysis, selection).get("points", ())
    return tuple(Selection.load(analysis.output / one["file"]) for one in points) or (selection,)


def load_regions(analysis: Analysis) -> dict[str, Selection]:
    """Return the selection of each region by name.

    With a selection that is not that of the fit, its cuts follow those of each region.

    Raises
    ------
    OutputError
        If there is no selection yet.
    """
    selection = load_selection(analysis)
    regions = _of_fit(analysis, selection).get("regions")
    if regions is None:
        units = tabulate.read_manifest(analysis)["units"]
        return {name: selection.within(cuts) for name, cuts in region_cuts(analysis, units).items()}
    return {one["region"]: Selection.load(analysis.output / one["file"]) for one in regions}


def _of_fit(analysis: Analysis, selection: Selection) -> dict[str, Any]:
    """Return the result of the fit that `selection` came from, empty if it came otherwise."""
    entry = read_state(analysis.output).get("steps", {}).get("fit", {})
    result: dict[str, Any] = entry.get("result", {})
    return result if result.get("selection") == fingerprint(selection) else {}
