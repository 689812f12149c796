"""Step 4: write the events that pass."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from coffea_lcf.errors import OutputError
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.run import run
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.skimming.skim import WriteSkim, clear, fileset
from coffea_lcf.workflow import tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import load_selection
from coffea_lcf.workflow.state import key, read_state
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
    selection = to_document(load_selection(analysis))
    sections = analysis.loaded.digest("skim", "luminosity", "execution")
    identity = key(tabulate.identity(analysis), selection, sections)

    def outputs(result: Mapping[str, Any]) -> list[str]:
        # relative, so that a copied output folder never touches the files of the original
        files = (Path(one["file"]).relative_to(analysis.output) for one in result["skims"])
        return [FILESET, *(str(path) for path in files)]

    return perform(analysis, "skim", identity, outputs, lambda: _work(analysis), force)


def _work(analysis: Analysis) -> dict[str, Any]:
    section = analysis.config.skim
    folder = analysis.output / FOLDER
    _check_inputs(analysis, folder)
    earlier = read_state(analysis.output).get("steps", {}).get("skim", {}).get("outputs", [])
    clear(analysis.output / name for name in earlier)
    action = WriteSkim(
        folder,
        load_selection(analysis),
        tuple(section.columns),
        tuple(analysis.processor().branches_to_read()),
        section.format,
        section.compression,
    )
    output, completeness = run(analysis.files, analysis.processor(action), analysis.execution())
    written = output.get("skims", []) + _skims_of_empty_files(analysis, action)
    skims = sorted(written, key=lambda one: (one["dataset"], one["file"]))
    write_json(analysis.output / FILESET, fileset(skims, _metadata(analysis, skims)))
    return {"skims": skims, "completeness": [one.to_document() for one in completeness]}


def _check_inputs(analysis: Analysis, folder: Path) -> None:
    inside = [info.path for info in analysis.files if folder in Path(info.path).parents]
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


def _metadata(analysis: Analysis, skims: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    metadata = {}
    for dataset in analysis.datasets:
        own = [one for one in skims if one["dataset"] == dataset.name]
        stored = sum(one["sumw_before"] for one in own)
        metadata[dataset.name] = {
            "treename": dataset.tree,
            "label": dataset.label,
            "cross_section": dataset.cross_section,
            "isSkim": True,
            "nevents": sum(one["events"] for one in own),
            "sumw": tabulate.generated_sumw(analysis, dataset.name, stored),
            "sumw_stored": stored,
            "sumw_skim": sum(one["sumw_after"] for one in own),
        }
    return metadata
