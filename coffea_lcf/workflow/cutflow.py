"""Step 3: the cut-flow of the selection over the whole fileset."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from coffea_lcf.cutflow import Binning, Cutflow
from coffea_lcf.cutflow.files import CutflowFile, load_cutflow, save_cutflow, save_root
from coffea_lcf.cutflow.systematics import varied_yields
from coffea_lcf.cutflow.tables import CutflowTable, cutflow_table, to_csv, to_latex
from coffea_lcf.errors import OutputError
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.processing.run import run
from coffea_lcf.processing.variations import VariedProcessor
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import load_selection
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_text

OUTPUTS = ("cutflow.json", "cutflow.root", "cutflow.csv", "cutflow.tex")
NOMINAL = "nominal"

RANGE = (0.005, 0.995)
"""Quantiles of all events between which the observables are histogrammed."""


def count_cuts(analysis: Analysis, force: bool = False) -> Step:
    """Count every event after each cut, and histogram the observables.

    Raises
    ------
    LCFError
        If there is no selection, or an input or output fails.
    """
    selection = to_document(load_selection(analysis))
    sections = analysis.loaded.digest("cutflow", "luminosity", "systematics")
    identity = key(tabulate.identity(analysis), selection, sections)
    return perform(analysis, "cutflow", identity, lambda _: OUTPUTS, lambda: _work(analysis), force)


def _work(analysis: Analysis) -> dict[str, Any]:
    selection = load_selection(analysis)
    binnings = _binnings(tabulate.all_events(analysis), analysis.config.cutflow.bins)
    processors = {
        NOMINAL: analysis.processor(CountCuts(selection, binnings)),
        **analysis.varied(CountCuts(selection, {})),
    }
    output, completeness = run(analysis.files, VariedProcessor(processors), analysis.execution())
    flow: Cutflow = output[NOMINAL]["cutflow"]
    observables = output[NOMINAL]["observables"]
    scales = tabulate.normalisations(analysis, tabulate.read_manifest(analysis))
    uncertainty = analysis.config.cutflow.background_uncertainty

    folder = analysis.output
    save_cutflow(folder / "cutflow.json", flow, observables, scales)
    save_root(folder / "cutflow.root", flow, observables)
    table = cutflow_table(flow, scales, selection, uncertainty)
    write_text(folder / "cutflow.csv", to_csv(table))
    write_text(folder / "cutflow.tex", to_latex(table))
    varied = {name: output[name]["cutflow"] for name in processors}
    return {
        "variations": [asdict(one) for one in varied_yields(varied, scales, uncertainty)],
        "events": {name: flow.events(name).tolist() for name in flow.datasets},
        "completeness": [one.to_document() for one in completeness],
    }


def _binnings(table: ObservableTable, bins: int) -> dict[str, Binning]:
    binnings = {}
    for name in table.names:
        finite = table[name][np.isfinite(table[name])]
        low, high = np.quantile(finite, RANGE) if len(finite) else (0.0, 1.0)
        if not low < high:
            low, high = low - 0.5, high + 0.5
        binnings[name] = Binning(bins, float(low), float(high))
    return binnings


def load_counts(analysis: Analysis) -> CutflowFile:
    """Return what `count_cuts` wrote; `OutputError` if there is nothing yet."""
    path = analysis.output / "cutflow.json"
    if not path.exists():
        msg = f"no cutflow.json in {analysis.output}: run  coffea-lcf cutflow  first"
        raise OutputError(msg)
    return load_cutflow(path)


def counted_table(analysis: Analysis) -> CutflowTable:
    """Return the rows of the cut-flow in the output folder."""
    counts = load_counts(analysis)
    uncertainty = analysis.config.cutflow.background_uncertainty
    return cutflow_table(
        counts.cutflow, counts.normalisations, load_selection(analysis), uncertainty
    )
