"""Step 1: observables, weights and labels of all events, as Parquet."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coffea_lcf.cutflow import Normalisation
from coffea_lcf.datasets.duplicates import warn_of_duplicates
from coffea_lcf.errors import LCFError, OutputError
from coffea_lcf.processing.checkpoints import discard
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
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json


class NormalisationWarning(UserWarning):
    """The yields of a dataset may be normalised to the wrong Σw."""


NOMINAL = "nominal"
FOLDER = "observables"
MANIFEST = f"{FOLDER}/manifest.json"
SECTIONS = ("datasets", "check_duplicates", "observables", "processor", "schema", "tree", "weight")


def identity(analysis: Analysis) -> str:
    """Return the hash of what the columns depend on: files, configuration, processor code."""
    files = [(info.path, info.uuid, info.entries) for info in analysis.files]
    sections = (*SECTIONS, "systematics") if variations(analysis) else SECTIONS
    return key(analysis.loaded.digest(*sections), analysis.code_digest(), files)


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
    datasets = {}
    for dataset in analysis.datasets:
        folders = {variation: _folder(dataset.name, variation) for variation in output}
        shards = {
            variation: in_order(one[dataset.name], dataset.files)
            for variation, one in output.items()
        }
        for variation, folder in folders.items():
            paths = [Path(shard["file"]) for shard in shards[variation]]
            put_in_place(analysis.output / FOLDER / folder, paths)
        told = summary(shards[NOMINAL])
        datasets[dataset.name] = {
            "folder": folders.pop(NOMINAL),
            "varied": folders,
            "label": dataset.label,
            "sample": dataset.sample,
            "cross_section": dataset.cross_section,
            "generated_sumw": generated_sumw(analysis, dataset.name, told["sumw"]),
            **told,
            "files": [
                {"path": info.path, "uuid": info.uuid, "entries": info.entries}
                for info in analysis.files
                if info.dataset == dataset.name
            ],
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


def _processors(analysis: Analysis, folder: Path) -> VariedProcessor:
    """Return what writes the nominal columns, and those of the variations that a fit sees."""
    events: dict[str, int] = {}
    for info in analysis.files:
        events[info.dataset] = events.get(info.dataset, 0) + info.entries
    every = {dataset: sampling(number) for dataset, number in events.items()}
    varied = {
        name: analysis.varied(WriteShard(folder / name, every))[name]
        for name in variations(analysis)
    }
    nominal = analysis.processor(WriteShard(folder / NOMINAL, every))
    return VariedProcessor({NOMINAL: nominal, **varied})


def _folder(dataset: str, variation: str) -> str:
    return dataset if variation == NOMINAL else f"{dataset}.{variation}"


def generated_sumw(analysis: Analysis, dataset: str, stored: float) -> float:
    """Return Σw before any skim: as given, or of the ``Runs`` trees, or of the `stored` events."""
    given = {one.name: one.sumw for one in analysis.datasets}[dataset]
    if given is not None:
        return given
    sums = [info.sumw for info in analysis.files if info.dataset == dataset]
    known = [value for value in sums if value is not None]
    if known and len(known) < len(sums):
        message = f"dataset {dataset!r}: {len(sums) - len(known)} of {len(sums)} files have no "
        message += "Σw in a Runs tree; it is normalised to the events that are stored"
        warnings.warn(message, NormalisationWarning, stacklevel=2)
    return sum(known) if len(known) == len(sums) else stored


def read_manifest(analysis: Analysis) -> dict[str, Any]:
    """Return the manifest of the observables; `OutputError` if there is none yet."""
    path = analysis.output / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"no observables in {analysis.output}: run  coffea-lcf tabulate  first ({error})"
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
