"""Step 5: the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from coffea_lcf.cutflow.final_yields import FinalYields
from coffea_lcf.errors import OutputError
from coffea_lcf.report import ReportContent, Section, write_report
from coffea_lcf.report.regions import regions
from coffea_lcf.report.study import study_section
from coffea_lcf.report.systematics import systematics
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.cutflow import load_counts, region_tables
from coffea_lcf.workflow.fit import FIT, SELECTION, fingerprint, load_selection
from coffea_lcf.workflow.network_history import told
from coffea_lcf.workflow.state import key, read_state
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.workflow.studies import STUDIES
from coffea_lcf.workflow.tabulate import read_manifest

REPORT = "report.html"
AGAIN = "It was made for other cuts than those above: run  coffea-lcf {}  again.\n"


def report(analysis: Analysis, force: bool = False) -> Step:
    """Write the report of the finished steps.

    Raises
    ------
    LCFError
        If the cut-flow is missing, or the report cannot be written.
    """
    steps = read_state(analysis.output).get("steps", {})
    done = {name: entry["finished"] for name, entry in steps.items() if name != "report"}
    identity = key(analysis.loaded.digest(), done, fingerprint(load_selection(analysis)))
    return perform(analysis, "report", identity, lambda _: [REPORT], lambda: _work(analysis), force)


def _work(analysis: Analysis) -> dict[str, Any]:
    counts, manifest = load_counts(analysis), read_manifest(analysis)
    selection = load_selection(analysis)
    state, other = _finished(analysis, fingerprint(selection))
    steps = state["steps"]
    content = ReportContent(
        title=analysis.config.name,
        description=analysis.config.description,
        created=steps["cutflow"]["finished"],
        selection=selection,
        fit=_fit(analysis),
        cutflow=counts.cutflow,
        observables=counts.observables,
        normalisations=counts.normalisations,
        background_uncertainty=analysis.config.cutflow.background_uncertainty,
        units=manifest["units"],
        completeness=steps["cutflow"]["result"]["completeness"],
        skims=steps["skim"]["result"]["skims"] if "skim" in steps.keys() - other else (),
        provenance=_provenance(analysis, manifest, state),
        extra=_extra(analysis, steps, other),
    )
    path = write_report(analysis.output / REPORT, content)
    return {"path": str(path), "bytes": path.stat().st_size}


def _finished(analysis: Analysis, selection: str) -> tuple[dict[str, Any], set[str]]:
    """Return the state with the steps, and those of them that are of another selection.

    Raises
    ------
    OutputError
        If the cut-flow is: there would be nothing to report.
    """
    state = {"steps": {}, **read_state(analysis.output)}
    results = {name: step["result"] for name, step in state["steps"].items()}
    # what fits anew is of no selection
    other = {name for name, one in results.items() if one.get("selection", selection) != selection}
    if "cutflow" not in results or "cutflow" in other:
        msg = f"the cut-flow in {analysis.output} is not that of {SELECTION}: "
        msg += "run  coffea-lcf cutflow  first"
        raise OutputError(msg)
    return state, other


def _fit(analysis: Analysis) -> dict[str, Any]:
    """Return what ``fit.json`` says, empty for a selection that is not that of the fit."""
    path = analysis.output / FIT
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    if document["selection"] != fingerprint(load_selection(analysis)):
        return {}
    history = {name: np.array(values) for name, values in document["history"].items()}
    settings = document["settings"]
    return {
        "strategy": settings["strategy"],
        "seed": settings["seed"],
        "importance": document["importance"],
        "importance_spread": document["importance_spread"],
        "history": history,
        "metrics": document["test"],
        "stability": document["stability"],
        "settings": settings,
    }


def _extra(analysis: Analysis, steps: Mapping[str, Any], other: set[str]) -> tuple[Section, ...]:
    """Return the sections of the systematics and of the studies that were made."""
    yields = [FinalYields.from_document(one) for one in steps["cutflow"]["result"]["variations"]]
    sections = [systematics(yields)] if len(yields) > 1 else []
    divided = [FinalYields.from_document(one) for one in steps["cutflow"]["result"]["regions"]]
    if divided:
        uncertainty = analysis.config.cutflow.background_uncertainty
        sections.append(regions(divided, region_tables(analysis), uncertainty))
    for name, one in steps.get("train", {}).get("result", {}).get("networks", {}).items():
        if name in analysis.config.trained:
            picture = analysis.network_file(name).with_suffix(".svg")
            sections.append(study_section(f"Network {name}", told(one), picture))
    for name, study in STUDIES.items():
        if name in other:
            sections.append(study_section(study.title, AGAIN.format(name)))
        elif name in steps:
            result = steps[name]["result"]
            files = [*filter(None, [study.picture]), *result.get("pictures", ())]
            pictures = [analysis.output / file for file in files]
            sections.append(study_section(study.title, result["text"], *pictures))
    return tuple(sections)


def _provenance(
    analysis: Analysis, manifest: dict[str, Any], state: dict[str, Any]
) -> dict[str, Any]:
    return {
        "configuration": str(analysis.loaded.path),
        "configuration hash": analysis.loaded.digest(),
        "processor hash": analysis.code_digest() or "branches only",
        "versions": state["versions"],
        "input files": {
            name: {
                one["path"]: f"{one['entries']} events, uuid {one['uuid']}"
                for one in entry["files"]
            }
            for name, entry in manifest["datasets"].items()
        },
        "steps": {name: entry["finished"] for name, entry in state["steps"].items()},
    }
