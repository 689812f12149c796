"""Step 3: the cut-flow of the selection over the whole fileset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from coffea_lcf.cutflow import Binning, Cutflow, Normalisation
from coffea_lcf.cutflow.files import CutflowFile, load_cutflow, save_cutflow, save_root
from coffea_lcf.cutflow.final_yields import final_yields
from coffea_lcf.cutflow.tables import CutflowTable, cutflow_table, to_csv, to_latex
from coffea_lcf.errors import OutputError
from coffea_lcf.processing.completeness import Report
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.processing.run import run
from coffea_lcf.processing.variations import VariedProcessor
from coffea_lcf.selection import Selection
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.workflow import tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import REGIONS, fingerprint, load_regions, load_selection
from coffea_lcf.workflow.normalisation import generated_sumw
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.workflow.tabulate import NOMINAL
from coffea_lcf.writing import write_text


def count_cuts(analysis: Analysis, force: bool = False) -> Step:
    """Count every event after each cut, and histogram the observables.

    Raises
    ------
    LCFError
        If there is no selection, or an input or output fails.
    """
    selections = [load_selection(analysis), *load_regions(analysis).values()]
    documents = [to_document(selection) for selection in selections]
    sections = analysis.loaded.digest("cutflow", "luminosity", "systematics", "regions")
    identity = key(tabulate.identity(analysis), documents, sections)
    return perform(
        analysis,
        "cutflow",
        identity,
        lambda result: result["written"],
        lambda: _work(analysis, identity),
        force,
    )


def _work(analysis: Analysis, identity: str) -> dict[str, Any]:
    selection, regions = load_selection(analysis), load_regions(analysis)
    binned = binnings(tabulate.read_manifest(analysis), analysis.config.cutflow.bins)
    processors = {
        NOMINAL: analysis.processor(CountCuts(selection, binned)),
        **analysis.varied(CountCuts(selection, {})),
        **{_key(name): analysis.processor(CountCuts(one, {})) for name, one in regions.items()},
    }
    # the bins come from the events, which chunks that were missing change
    bins = {name: asdict(one) for name, one in binned.items()}
    execution = analysis.execution("cutflow", key(identity, bins))
    output, completeness = run(analysis.files, VariedProcessor(processors), execution)

    flows = {name: output[name]["cutflow"] for name in processors}
    scales = _normalisations(analysis, flows[NOMINAL], completeness)
    uncertainty = analysis.config.cutflow.background_uncertainty
    observables = output[NOMINAL]["observables"]
    table = cutflow_table(flows[NOMINAL], scales, selection, uncertainty)
    nominal = CutflowFile(flows[NOMINAL], observables, scales)
    written = _write(analysis.output, "cutflow", nominal, table)
    for name, own in regions.items():
        flow = flows[_key(name)]
        table = cutflow_table(flow, scales, own, uncertainty)
        stem = f"{REGIONS}/{name}_cutflow"
        written += _write(analysis.output, stem, CutflowFile(flow, {}, scales), table)
    varied = {name: flows[name] for name in (NOMINAL, *analysis.config.variations)}
    divided = {name: flows[_key(name)] for name in regions}
    return {
        "selection": fingerprint(selection),
        "written": written,
        "variations": [one.to_document() for one in final_yields(varied, scales, uncertainty)],
        "regions": [one.to_document() for one in final_yields(divided, scales, uncertainty)],
        "events": {name: flows[NOMINAL].events(name).tolist() for name in flows[NOMINAL].datasets},
        "completeness": [one.to_document() for one in completeness],
    }


def _normalisations(
    analysis: Analysis, flow: Cutflow, completeness: Report
) -> dict[str, Normalisation]:
    """Return the normalisations for what this pass counted, which may lack other chunks."""
    tabulated = tabulate.normalisations(analysis, tabulate.read_manifest(analysis))
    return {
        name: replace(one, sumw=generated_sumw(analysis, name, stored, completeness))
        for name, one in tabulated.items()
        for stored in [float(flow.sumw(name)[0])]
    }


def _key(region: str) -> str:
    """Return the name of a region among variations, none of which has a space."""
    return f"region {region}"


def _write(folder: Path, stem: str, counts: CutflowFile, table: CutflowTable) -> list[str]:
    """Write one cut-flow in all formats and return the files."""
    files = [f"{stem}.{ending}" for ending in ("json", "root", "csv", "tex")]
    as_json, as_root, as_csv, as_tex = (folder / file for file in files)
    save_cutflow(as_json, counts.cutflow, counts.observables, counts.normalisations)
    save_root(as_root, counts.cutflow, counts.observables)
    write_text(as_csv, to_csv(table))
    write_text(as_tex, to_latex(table))
    return files


def binnings(manifest: Mapping[str, Any], bins: int) -> dict[str, Binning]:
    """Return `bins` bins of each observable over what most events of every dataset have.

    Parameters
    ----------
    manifest
        What `coffea_lcf.workflow.tabulate.tabulate` wrote beside the observables.
    bins
        How many.

    Raises
    ------
    OutputError
        If the manifest is from before it told the ranges.
    """
    found = [entry.get("range") for entry in manifest["datasets"].values()]
    if None in found:
        msg = "the observables were written by an older version: run  coffea-lcf tabulate --force"
        raise OutputError(msg)
    binned = {}
    for name in manifest["observables"]:
        edges = [own[name] for own in found if name in own] or [(0.0, 1.0)]
        low, high = float(np.min(edges)), float(np.max(edges))
        if not low < high:
            low, high = low - 0.5, high + 0.5
        binned[name] = Binning(bins, low, high)
    return binned


def load_counts(analysis: Analysis, stem: str = "cutflow") -> CutflowFile:
    """Return what `count_cuts` wrote; `OutputError` if there is nothing yet."""
    path = analysis.output / f"{stem}.json"
    if not path.exists():
        msg = f"no {path.name} in {path.parent}: run  coffea-lcf cutflow  first"
        raise OutputError(msg)
    return load_cutflow(path)


def counted_table(analysis: Analysis) -> CutflowTable:
    """Return the rows of the cut-flow in the output folder."""
    return _table(analysis, "cutflow", load_selection(analysis))


def region_tables(analysis: Analysis) -> dict[str, CutflowTable]:
    """Return the rows of the cut-flow of each region."""
    return {
        name: _table(analysis, f"{REGIONS}/{name}_cutflow", selection)
        for name, selection in load_regions(analysis).items()
    }


def _table(analysis: Analysis, stem: str, selection: Selection) -> CutflowTable:
    counts = load_counts(analysis, stem)
    uncertainty = analysis.config.cutflow.background_uncertainty
    return cutflow_table(counts.cutflow, counts.normalisations, selection, uncertainty)
