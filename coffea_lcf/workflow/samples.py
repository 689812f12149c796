"""The events that a fit and the studies of it see, from the table that `tabulate` wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coffea_lcf.errors import ConfigError
from coffea_lcf.processing.tables import read_table
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.tabulate import FOLDER, NOMINAL, normalisations, read_manifest, variations


def study_samples(analysis: Analysis) -> tuple[ObservableTable, ObservableTable]:
    """Return `training_and_test` with the class prior of the fit, for fair comparisons."""
    training, test = training_and_test(analysis)
    if analysis.config.fit.class_prior == "equal":
        return training.balanced(), test.balanced()
    return training, test


def all_events(analysis: Analysis) -> ObservableTable:
    """Return the table that `tabulate` wrote, weighted to expected events."""
    manifest = read_manifest(analysis)
    return _read(analysis, manifest, manifest["datasets"])


def _read(
    analysis: Analysis,
    manifest: Mapping[str, Any],
    datasets: Mapping[str, Any],
    variation: str = NOMINAL,
) -> ObservableTable:
    scales = {name: one.scale for name, one in normalisations(analysis, manifest).items()}
    if variation != NOMINAL:
        datasets = {
            name: {**one, "folder": one["varied"][variation]} for name, one in datasets.items()
        }
    return read_table(analysis.output / FOLDER, {**manifest, "datasets": datasets}, scales)


def training_and_test(
    analysis: Analysis, variation: str = NOMINAL
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
            if f"{name}_{side}" in variations(analysis)
        )
        for name in analysis.config.systematics
        if variations(analysis)
    }
