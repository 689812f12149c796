"""Step 1: observables, weights and labels of all events, as Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coffea_lcf.cutflow import Normalisation
from coffea_lcf.datasets.duplicates import warn_of_duplicates
from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.errors import LCFError, OutputError
from coffea_lcf.processing.checkpoints import discard
from coffea_lcf.processing.completeness import Report
from coffea_lcf.processing.pieces import in_order
from coffea_lcf.processing.run import run
from coffea_lcf.processing.shards import (
    WriteShard,
    put_in_place,
    sampling,
    shard_name,
    still_there,
    summary,
)
from coffea_lcf.processing.variations import VariedProcessor
from coffea_lcf.workflow.analysis import Analysis, checkpoint_folder
from coffea_lcf.workflow.normalisation import generated_sumw
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json

NOMINAL = "nominal"
FOLDER = "observables"
MANIFEST = f"{FOLDER}/manifest.json"
SECTIONS = ("datasets", "check_duplicates", "observables", "processor", "schema", "tree", "weight")


def identity(analysis: Analysis) -> str:
    """Return the hash of what the columns depend on: files, configuration, processor code."""
    files = [(info.path, info.uuid, info.entries) for info in analysis.files]
    sections = (*SECTIONS, "systematics") if variations(analysis) else SECTIONS
    stored = () if storing(analysis) == 1 else (storing(analysis),)
    return key(analysis.loaded.digest(*sections), analysis.code_digest(), files, *stored)


def table_identity(analysis: Analysis) -> str:
    """Return the hash of the columns that are there: of which chunks, beside `identity`."""
    return key(identity(analysis), read_manifest(analysis)["completeness"])


def storing(analysis: Analysis) -> int:
    """Return of how many events one is stored: of all, unless histograms stand for the rest."""
    section = analysis.config.fit
    events = sum(info.entries for info in analysis.files)
    return max(1, -(-events // section.in_memory)) if section.learn_from == "histograms" else 1


def variations(analysis: Analysis) -> tuple[str, ...]:
    """Return the variations whose events the fit wants to see."""
    wanted = analysis.config.fit.objective.systematics
    return tuple(analysis.config.variations) if wanted else ()


def tabulate(analysis: Analysis, force: bool = False) -> Step:
    """Compute the observables of every event; the workers write one Parquet file a chunk.

    Raises
    ------
    LCFError
        For inputs that cannot be read and outputs that cannot be written.
    """
    own = identity(analysis)
    return perform(analysis, "tabulate", own, _outputs, lambda: _work(analysis, own), force)


def _outputs(result: Mapping[str, Any]) -> list[str]:
    shards = [
        f"{FOLDER}/{folder}/{shard_name(number)}"
        for entry in result["datasets"].values()
        for folder in (entry["folder"], *entry["varied"].values())
        for number in range(len(entry["shards"]))
    ]
    return [MANIFEST, *shards]


def _work(analysis: Analysis, own: str) -> dict[str, Any]:
    if analysis.config.check_duplicates:
        warn_of_duplicates(analysis.files)
    kept = checkpoint_folder(analysis.output, "tabulate")
    execution = analysis.execution("tabulate", own, still_there)
    try:
        output, completeness = run(analysis.files, _processors(analysis, kept / own), execution)
    except LCFError:
        if execution.checkpoints is None:
            discard(kept)
        raise
    # without a manifest the shards of an earlier run are no longer taken for a table
    (analysis.output / MANIFEST).unlink(missing_ok=True)
    datasets = {
        dataset.name: _placed(analysis, dataset, output, completeness)
        for dataset in analysis.datasets
    }
    observables = analysis.processor().observables
    manifest = {
        "observables": [one.name for one in observables],
        "units": {one.name: one.unit for one in observables if one.unit},
        "config": analysis.loaded.digest(),
        "datasets": datasets,
        "completeness": [one.to_document() for one in completeness],
    }
    write_json(analysis.output / MANIFEST, manifest)
    return {"datasets": datasets, "completeness": manifest["completeness"]}


def _placed(
    analysis: Analysis, dataset: Dataset, output: Mapping[str, Any], completeness: Report
) -> dict[str, Any]:
    """Put the shards of a dataset in place and return what the manifest says of it."""
    folders = {variation: _folder(dataset.name, variation) for variation in output}
    shards = {
        variation: in_order(one[dataset.name], dataset.files) for variation, one in output.items()
    }
    for variation, folder in folders.items():
        paths = [Path(shard["file"]) for shard in shards[variation]]
        put_in_place(analysis.output / FOLDER / folder, paths)
    told = summary(shards[NOMINAL])
    return {
        "folder": folders.pop(NOMINAL),
        "varied": folders,
        "label": dataset.label,
        "sample": dataset.sample,
        "cross_section": dataset.cross_section,
        "stored": storing(analysis),
        "generated_sumw": generated_sumw(analysis, dataset.name, told["sumw"], completeness),
        **told,
        "files": [
            {"path": info.path, "uuid": info.uuid, "entries": info.entries}
            for info in analysis.files
            if info.dataset == dataset.name
        ],
    }


def _processors(analysis: Analysis, folder: Path) -> VariedProcessor:
    """Return what writes the nominal columns, and those of the variations that a fit sees."""
    events: dict[str, int] = {}
    for info in analysis.files:
        events[info.dataset] = events.get(info.dataset, 0) + info.entries
    stored = storing(analysis)
    every = {dataset: sampling(number // stored) for dataset, number in events.items()}
    varied = {
        name: analysis.varied(WriteShard(folder / name, every, stored))[name]
        for name in variations(analysis)
    }
    nominal = analysis.processor(WriteShard(folder / NOMINAL, every, stored))
    return VariedProcessor({NOMINAL: nominal, **varied})


def _folder(dataset: str, variation: str) -> str:
    # no dataset has an @ in its name
    return dataset if variation == NOMINAL else f"{dataset}@{variation}"


def read_manifest(analysis: Analysis) -> dict[str, Any]:
    """Return the manifest of the observables; `OutputError` if there is none yet."""
    path = analysis.output / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"no observables in {analysis.output}: run  coffea-lcf tabulate  first"
        raise OutputError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}\n  run  coffea-lcf tabulate --force"
        raise OutputError(msg) from error
    return manifest


def normalisations(analysis: Analysis, manifest: Mapping[str, Any]) -> dict[str, Normalisation]:
    """Return what turns the weights of each dataset into expected events."""
    return {
        name: Normalisation(
            role=entry["label"],
            sumw=entry["generated_sumw"],
            cross_section=entry["cross_section"],
            luminosity=analysis.config.luminosity,
        )
        for name, entry in manifest["datasets"].items()
    }
