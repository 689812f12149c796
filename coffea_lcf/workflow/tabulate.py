"""Step 1: observables, weights and labels of all events, as Parquet."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

from coffea_lcf.cutflow import Normalisation
from coffea_lcf.datasets.duplicates import warn_of_duplicates
from coffea_lcf.errors import ConfigError, OutputError
from coffea_lcf.processing import collect
from coffea_lcf.processing.run import run
from coffea_lcf.processing.tabulate import read_table, write_columns
from coffea_lcf.processing.variations import VariedProcessor
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis
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
    sections = (*SECTIONS, "systematics") if _variations(analysis) else SECTIONS
    return key(analysis.loaded.digest(*sections), analysis.code_digest(), files)


def _variations(analysis: Analysis) -> tuple[str, ...]:
    """Return the variations whose events the fit wants to see."""
    wanted = analysis.config.fit.objective.systematics
    return tuple(analysis.config.variations) if wanted else ()


def tabulate(analysis: Analysis, force: bool = False) -> Step:
    """Compute the observables of every event and write one Parquet file a dataset.

    Raises
    ------
    LCFError
        For inputs that cannot be read and outputs that cannot be written.
    """
    names = [one.name for one in analysis.datasets]
    outputs = [MANIFEST, *(f"{FOLDER}/{_file(name)}" for name in names)]
    outputs += [
        f"{FOLDER}/{_file(name, variation)}"
        for name in names
        for variation in _variations(analysis)
    ]
    own = identity(analysis)
    return perform(
        analysis, "tabulate", own, lambda _: outputs, lambda: _work(analysis, own), force
    )


def _work(analysis: Analysis, own: str) -> dict[str, Any]:
    if analysis.config.check_duplicates:
        warn_of_duplicates(analysis.files)
    processor = analysis.processor()
    wanted = {
        name: one for name, one in analysis.varied(collect).items() if name in _variations(analysis)
    }
    everything = VariedProcessor({NOMINAL: processor, **wanted})
    output, completeness = run(analysis.files, everything, analysis.execution("tabulate", own))
    datasets = {}
    for dataset in analysis.datasets:
        for variation in wanted:
            path = analysis.output / FOLDER / _file(dataset.name, variation)
            write_columns(path, output[variation][dataset.name], dataset.files)
        path = analysis.output / FOLDER / _file(dataset.name)
        written = write_columns(path, output[NOMINAL][dataset.name], dataset.files)
        datasets[dataset.name] = {
            "file": path.name,
            "label": dataset.label,
            "sample": dataset.sample,
            "cross_section": dataset.cross_section,
            "generated_sumw": generated_sumw(analysis, dataset.name, written["sumw"]),
            **written,
            "files": [
                {"path": info.path, "uuid": info.uuid, "entries": info.entries}
                for info in analysis.files
                if info.dataset == dataset.name
            ],
        }
    manifest = {
        "observables": [one.name for one in processor.observables],
        "units": {one.name: one.unit for one in processor.observables if one.unit},
        "config": analysis.loaded.digest(),
        "datasets": datasets,
        "completeness": [one.to_document() for one in completeness],
    }
    write_json(analysis.output / MANIFEST, manifest)
    return {"datasets": datasets, "completeness": manifest["completeness"]}


def _file(dataset: str, variation: str | None = None) -> str:
    return f"{dataset}.parquet" if variation is None else f"{dataset}.{variation}.parquet"


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


def study_samples(analysis: Analysis) -> tuple[ObservableTable, ObservableTable]:
    """Return `training_and_test` with the class prior of the fit, for fair comparisons."""
    training, test = training_and_test(analysis)
    if analysis.config.fit.class_prior == "equal":
        return training.balanced(), test.balanced()
    return training, test


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


def all_events(analysis: Analysis) -> ObservableTable:
    """Return the table that `tabulate` wrote, weighted to expected events."""
    manifest = read_manifest(analysis)
    return _read(analysis, manifest, manifest["datasets"])


def _read(
    analysis: Analysis,
    manifest: Mapping[str, Any],
    datasets: Mapping[str, Any],
    variation: str | None = None,
) -> ObservableTable:
    scales = {name: one.scale for name, one in normalisations(analysis, manifest).items()}
    varied = {name: {**one, "file": _file(name, variation)} for name, one in datasets.items()}
    return read_table(analysis.output / FOLDER, {**manifest, "datasets": varied}, scales)


def training_and_test(
    analysis: Analysis, variation: str | None = None
) -> tuple[ObservableTable, ObservableTable]:
    """Return the events that a fit may see and those that it may not.

    Datasets marked ``test`` are the latter; without any, a share of all events.

    Parameters
    ----------
    analysis
        The configuration.
    variation
        The same events under a systematic variation that `tabulate` wrote.

    Raises
    ------
    ConfigError
        If every dataset is marked ``test``, or those that are have one label.
    """
    section, manifest = analysis.config.fit, read_manifest(analysis)
    held_out = {
        name: entry for name, entry in manifest["datasets"].items() if entry["sample"] == "test"
    }
    seen = {name: entry for name, entry in manifest["datasets"].items() if name not in held_out}
    if not seen:
        msg = f"{analysis.loaded.path.name}: every dataset is  sample: test  and none is to train"
        raise ConfigError(msg)
    training = _read(analysis, manifest, seen, variation)
    if held_out:
        labels = {entry["label"] for entry in held_out.values()}
        if len(labels) == 1:
            msg = f"{analysis.loaded.path.name}: the datasets marked  sample: test  are all "
            msg += f"{labels.pop()}: figures need both"
            raise ConfigError(msg)
        return training, _read(analysis, manifest, held_out, variation)
    if section.test_fraction and all(entry["sample"] == "all" for entry in seen.values()):
        return training.split(section.test_fraction, section.seed)
    return training, training


def varied_training(analysis: Analysis) -> dict[str, tuple[ObservableTable, ...]]:
    """Return the training events under each systematic uncertainty that the fit wants to see."""
    return {
        name: tuple(
            training_and_test(analysis, f"{name}_{side}")[0]
            for side in ("up", "down")
            if f"{name}_{side}" in _variations(analysis)
        )
        for name in analysis.config.systematics
        if _variations(analysis)
    }
