"""The events that a fit and the studies of it see, from the table that `tabulate` wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import ConfigError
from coffea_lcf.processing.tables import iterate_tables, read_table
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.shares import Shares, shares
from coffea_lcf.workflow.tabulate import FOLDER, NOMINAL, normalisations, read_manifest, variations


@dataclass(frozen=True, eq=False)
class Division:
    """The events of a table that a fit may see, and those that it may not.

    Attributes
    ----------
    seen
        Entries of the manifest: the datasets whose events, or some of them, it may see.
    unseen
        Those of the datasets marked ``test``; without any, `rows` tell.
    rows
        What the rows of `seen` are for.
    """

    seen: Mapping[str, Any]
    unseen: Mapping[str, Any]
    rows: Shares


def study_samples(analysis: Analysis) -> tuple[ObservableTable, ObservableTable]:
    """Return `training_and_test` with the class prior of the fit, for fair comparisons."""
    from coffea_lcf.training.prepare import training_weights

    prior = analysis.config.fit.class_prior
    training, test = (
        replace(one, weight=training_weights(one, prior)) for one in training_and_test(analysis)
    )
    return training, test


def all_events(analysis: Analysis) -> ObservableTable:
    """Return the table that `tabulate` wrote, thinned and weighted to expected events."""
    manifest = read_manifest(analysis)
    return _read(analysis, manifest, manifest["datasets"])


def thinning(analysis: Analysis) -> int:
    """Return of how many stored events one is held in memory."""
    rows = sum(int(one["rows"]) for one in read_manifest(analysis)["datasets"].values())
    return max(1, -(-rows // analysis.config.fit.in_memory))


def training_and_test(
    analysis: Analysis, variation: str = NOMINAL
) -> tuple[ObservableTable, ObservableTable]:
    """Return the events that a fit may see and those that it may not, both thinned.

    Datasets marked ``test`` are the latter; without any, a share of all events, and if there is
    none, as with datasets marked ``train`` alone, the former once more.

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
    manifest = read_manifest(analysis)
    own = division(analysis, manifest)
    both = _read(analysis, manifest, own.seen, variation)
    held = _thinned_rows(own.seen, thinning(analysis))
    training = _some(both, own.rows.cuts[held])
    if own.unseen:
        return training, _read(analysis, manifest, own.unseen, variation)
    if not own.rows.test.any():
        return training, training
    return training, both.select(own.rows.test[held])


def training_batches(analysis: Analysis) -> Callable[[], Iterator[ObservableTable]]:
    """Return what goes over all events that a fit may see, a batch at a time.

    Raises
    ------
    ConfigError
        As `training_and_test`.
    """
    manifest = read_manifest(analysis)
    own = division(analysis, manifest)
    batches = partial(
        iterate_tables,
        analysis.output / FOLDER,
        {**manifest, "datasets": own.seen},
        _scales(analysis, manifest),
    )
    cuts = own.rows.cuts

    def for_cuts() -> Iterator[ObservableTable]:
        first = 0

        def some(batch: ObservableTable) -> ObservableTable:
            nonlocal first
            first += len(batch)
            return _some(batch, cuts[first - len(batch) : first])

        # unlike a loop, a map holds no batch while the next is read
        return map(some, batches())

    return for_cuts


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


def division(analysis: Analysis, manifest: Mapping[str, Any]) -> Division:
    """Return which events of the table a fit may see; `ConfigError` if there are none."""
    name = analysis.loaded.path.name
    datasets = manifest["datasets"].items()
    seen = {dataset: entry for dataset, entry in datasets if entry["sample"] != "test"}
    unseen = {dataset: entry for dataset, entry in datasets if dataset not in seen}
    if not seen:
        msg = f"{name}: every dataset is  sample: test  and none is to train"
        raise ConfigError(msg)
    labels = {entry["label"] for entry in unseen.values()}
    if len(labels) == 1:
        msg = f"{name}: the datasets marked  sample: test  are all "
        msg += f"{labels.pop()}: figures need both"
        raise ConfigError(msg)
    entries = list(seen.values())
    labels_of, rows_of = ([entry[key] for entry in entries] for key in ("label", "rows"))
    return Division(seen, unseen, shares(analysis.config, labels_of, rows_of))


def _some(table: ObservableTable, rows: NDArray[np.bool_]) -> ObservableTable:
    """Return the `rows` of `table`, which is not copied for all of them."""
    return table if rows.all() else table.select(rows)


def _thinned_rows(datasets: Mapping[str, Any], every: int) -> NDArray[np.intp]:
    """Return which rows of the whole table a thinned one has."""
    rows = [entry["rows"] for entry in datasets.values()]
    first = np.cumsum([0, *rows[:-1]])
    return np.concatenate(
        [start + np.arange(0, number, every) for start, number in zip(first, rows, strict=True)]
    )


def _read(
    analysis: Analysis,
    manifest: Mapping[str, Any],
    datasets: Mapping[str, Any],
    variation: str = NOMINAL,
) -> ObservableTable:
    if variation != NOMINAL:
        datasets = {
            name: {**one, "folder": one["varied"][variation]} for name, one in datasets.items()
        }
    return read_table(
        analysis.output / FOLDER,
        {**manifest, "datasets": datasets},
        _scales(analysis, manifest),
        thinning(analysis),
    )


def _scales(analysis: Analysis, manifest: Mapping[str, Any]) -> dict[str, float]:
    """Return the factors on the weights of stored events that make them expected ones."""
    scales = normalisations(analysis, manifest)
    return {name: scales[name].scale * one["stored"] for name, one in manifest["datasets"].items()}
