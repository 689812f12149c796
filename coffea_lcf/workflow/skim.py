"""Step 4: write the events that pass."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from coffea_lcf.config.size import parse_size
from coffea_lcf.errors import OutputError
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.completeness import Report
from coffea_lcf.processing.pieces import in_order
from coffea_lcf.processing.run import run
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.skimming.check import Checked, check_skims
from coffea_lcf.skimming.merge import merge_skims
from coffea_lcf.skimming.skim import WriteSkim, clear, fileset, is_skim, still_there
from coffea_lcf.workflow import tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import fingerprint, load_selection
from coffea_lcf.workflow.normalisation import generated_sumw
from coffea_lcf.workflow.state import finished, key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json

FOLDER = "skims"
FILESET = f"{FOLDER}/fileset.json"


def skim(analysis: Analysis, force: bool = False) -> Step:
    """Write the events that pass the selection, and a fileset of the written files.

    Raises
    ------
    LCFError
        If there is no selection, or an input or output fails.
    """
    own = identity(analysis)

    def outputs(result: Mapping[str, Any]) -> list[str]:
        # relative, so that a copied output folder never touches the files of the original
        files = (Path(one["file"]).relative_to(analysis.output) for one in result["skims"])
        return [FILESET, *(str(path) for path in files)]

    return perform(analysis, "skim", own, outputs, lambda: _work(analysis), force)


def identity(analysis: Analysis) -> str:
    """Return the hash of what the skims depend on."""
    execution = analysis.config.execution
    chunking = (execution.chunksize, execution.align_clusters)
    return key(_identity_of_chunks(analysis), analysis.loaded.digest("skim"), chunking)


def _identity_of_chunks(analysis: Analysis) -> str:
    """Return the hash of what the skim of a chunk depends on, which is not yet merged."""
    selection = to_document(load_selection(analysis))
    section = analysis.config.skim.model_dump(mode="json", exclude={"merge"})
    return key(tabulate.identity(analysis), selection, section)


def _work(analysis: Analysis) -> dict[str, Any]:
    section = analysis.config.skim
    folder = analysis.output / FOLDER
    _check_inputs(analysis, folder)
    # without a fileset the skims of an earlier run are no longer taken for finished
    clear([analysis.output / FILESET])
    selection = load_selection(analysis)
    action = WriteSkim(
        folder,
        selection,
        tuple(section.columns),
        tuple(analysis.processor().branches_to_read()),
        section.format,
        section.compression,
    )
    execution = analysis.execution("skim", _identity_of_chunks(analysis), still_there)
    output, completeness = run(analysis.files, analysis.processor(action), execution)
    written = output.get("skims", []) + _skims_of_empty_files(analysis, action)
    skims = _merged(analysis, _ordered(analysis, written))
    _clear_others(folder, skims)
    write_json(analysis.output / FILESET, fileset(skims, _metadata(analysis, skims, completeness)))
    return {
        "selection": fingerprint(selection),
        "skims": skims,
        "completeness": [one.to_document() for one in completeness],
    }


def _ordered(analysis: Analysis, skims: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the skims as their events follow each other in the inputs."""
    return [
        skim
        for dataset in analysis.datasets
        for skim in in_order(
            (one for one in skims if one["dataset"] == dataset.name), dataset.files
        )
    ]


def _merged(analysis: Analysis, skims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    section = analysis.config.skim
    if section.merge is None:
        return [dict(one) for one in skims]
    return merge_skims(skims, parse_size(section.merge), section.format, section.compression)


def check(analysis: Analysis) -> Checked:
    """Read the finished skims again; see `check_skims`.

    Raises
    ------
    OutputError
        If there are no skims of this configuration yet.
    LCFError
        If they are not what was written.
    """
    entry = finished(analysis.output, "skim", identity(analysis))
    if entry is None:
        msg = f"no finished skims of this configuration in {analysis.output}: run  coffea-lcf skim"
        raise OutputError(msg)
    listed = json.loads((analysis.output / FILESET).read_text(encoding="utf-8"))
    execution = replace(analysis.execution("skim", ""), checkpoints=None, lost=())
    skims = entry["result"]["skims"]
    return check_skims(skims, listed, analysis.processor, load_selection(analysis), execution)


def _clear_others(folder: Path, skims: Sequence[Mapping[str, Any]]) -> None:
    """Remove the skims of earlier runs, finished or killed, and nothing else in `folder`."""
    written = {Path(one["file"]) for one in skims}
    clear(path for path in folder.glob("*/*.root") if is_skim(path) and path not in written)
    clear(folder.glob("*/.*.part.root"))


def _check_inputs(analysis: Analysis, folder: Path) -> None:
    # through links too: whatever name the input goes by
    there = {path.resolve() for path in folder.glob("*/*.root")}
    inside = [info.path for info in analysis.files if Path(info.path).resolve() in there]
    if inside:
        msg = f"the input {inside[0]} lies in {folder}, which the skims replace: choose another "
        msg += "--output"
        raise OutputError(msg)


def _skims_of_empty_files(analysis: Analysis, action: WriteSkim) -> list[dict[str, Any]]:
    """Return the skims of inputs without events, whose Σw belongs to the sample too."""
    columns = {name: np.empty(0, np.float32) for name in analysis.config.observable_names}
    return [
        skim
        for info in analysis.files
        if not info.entries
        for skim in action(
            Chunk(info.dataset, info.path, info.tree, info.uuid, 0, 0, columns, np.empty(0))
        )["skims"]
    ]


def _metadata(
    analysis: Analysis, skims: list[dict[str, Any]], completeness: Report
) -> dict[str, dict[str, Any]]:
    metadata = {}
    for dataset in analysis.datasets:
        own = [one for one in skims if one["dataset"] == dataset.name]
        stored = sum(one["sumw_before"] for one in own)
        metadata[dataset.name] = {
            "treename": dataset.tree,
            "label": dataset.label,
            "sample": dataset.sample,
            "cross_section": dataset.cross_section,
            "isSkim": True,
            "nevents": sum(one["events"] for one in own),
            "sumw": generated_sumw(analysis, dataset.name, stored, completeness),
            "sumw_stored": stored,
            "sumw_skim": sum(one["sumw_after"] for one in own),
        }
    return metadata
