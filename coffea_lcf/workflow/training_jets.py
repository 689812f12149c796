"""The jets that networks learn from: never those that the cuts are judged on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.cutflow import Normalisation
from coffea_lcf.cutflow.normalisation import Role
from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.errors import ConfigError
from coffea_lcf.processing.completeness import Report
from coffea_lcf.processing.constituents import ConstituentProcessor, in_file_order
from coffea_lcf.processing.run import run
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.normalisation import generated_sumw
from coffea_lcf.workflow.shares import Shares, shares
from coffea_lcf.workflow.tabulate import storing

if TYPE_CHECKING:
    from coffea_lcf.training.on_jets import TrainingJets

STEP = "train"

JET_BYTES = 34
"""Of a jet and constituent while all jets are put together: twice a float32 p4 and a mask."""


def collect_jets(
    analysis: Analysis,
    size: int,
    labels: set[str],
    identity: str,
    *,
    rows: Mapping[str, NDArray[np.bool_]] | None = None,
    step: str = STEP,
) -> tuple[TrainingJets, Report]:
    """Return the jets of the training events in the order of datasets, files and entries.

    And what was lost of the input, where the configuration allows it.

    All jets are in memory, at the peak with ``JET_BYTES size`` bytes each.

    Parameters
    ----------
    analysis
        The configuration.
    size
        Constituents of a jet.
    labels
        ``signal``, ``background`` or both.
    identity
        Hash of what the jets depend on, under which finished chunks are kept.
    rows
        Other events by dataset, each of shape ``(N,)``; `training_rows` if not given.
    step
        Name of the step that asks for them.

    Raises
    ------
    LCFError
        If the files cannot be read.
    """
    from coffea_lcf.training.on_jets import TrainingJets

    rows = training_rows(analysis) if rows is None else rows
    wanted = [one for one in analysis.datasets if one.name in rows and one.label in labels]
    names = {one.name for one in wanted}
    infos = tuple(info for info in analysis.files if info.dataset in names)
    processor = ConstituentProcessor(analysis.processor(), size)
    output, report = run(infos, processor, analysis.execution(step, identity))
    clouds, label, weights = [], [], []
    for dataset in wanted:
        parts = output.pop(dataset.name)
        own = rows[dataset.name][
            came(analysis, dataset, ((p["filename"], p["start"], len(p["mask"])) for p in parts))
        ]
        cloud, weight = in_file_order(parts, dataset.files)
        clouds.append(cloud.select(own))
        label.append(np.full(len(clouds[-1]), dataset.label == "signal"))
        weights.append((weight * scale(analysis, dataset, float(weight.sum()), report))[own])
    together = ParticleCloud(
        np.concatenate([one.p4 for one in clouds]), np.concatenate([one.mask for one in clouds])
    )
    return TrainingJets(together, np.concatenate(label), np.concatenate(weights)), report


def of_jets(section: NetworkSection, jets: TrainingJets) -> TrainingJets:
    """Return the jets that a network learns from, those of both labels weighing alike.

    Those without constituents, or with momenta that are not finite, are left out.
    """
    rows = jets.cloud.usable()
    if section.train_on == "background":
        return jets.select(rows & ~jets.label)
    own = jets if rows.all() else jets.select(rows)
    return replace(own, weight=ObservableTable({}, own.label, own.weight).balanced().weight)


def training_rows(analysis: Analysis) -> dict[str, NDArray[np.bool_]]:
    """Return by dataset which of its events networks learn from, each of shape ``(N,)``.

    See `coffea_lcf.workflow.shares.shares`; datasets marked ``test`` are left out.

    Raises
    ------
    ConfigError
        If every dataset is marked ``test``.
    """
    seen = [one for one in analysis.datasets if one.sample != "test"]
    if not seen:
        msg = f"{analysis.loaded.path.name}: every dataset is  sample: test  and none is to train"
        raise ConfigError(msg)
    stored, own = _shares(analysis, seen)
    # of the events that get no row in the table, none can be held out
    return _by_dataset(seen, stored, own.networks, others=True)


def judged_rows(analysis: Analysis) -> dict[str, NDArray[np.bool_]]:
    """Return by dataset which of its events the cuts are judged on, each of shape ``(N,)``.

    In this order they are the rows of the second table of
    `coffea_lcf.workflow.samples.training_and_test`: where nothing is held out, those that the
    cuts learn from.
    """
    unseen = [one for one in analysis.datasets if one.sample == "test"]
    if unseen:
        return {one.name: _stored(analysis, one) for one in unseen}
    stored, own = _shares(analysis, analysis.datasets)
    judged = own.test if own.test.any() else own.cuts
    return _by_dataset(analysis.datasets, stored, judged, others=False)


def _shares(
    analysis: Analysis, datasets: Sequence[Dataset]
) -> tuple[list[NDArray[np.bool_]], Shares]:
    """Return which events of `datasets` get a row, and what these rows are for."""
    stored = [_stored(analysis, dataset) for dataset in datasets]
    labels, rows = [one.label for one in datasets], [int(one.sum()) for one in stored]
    return stored, shares(analysis.config, labels, rows)


def _by_dataset(
    datasets: Sequence[Dataset],
    stored: list[NDArray[np.bool_]],
    rows: NDArray[np.bool_],
    *,
    others: bool,
) -> dict[str, NDArray[np.bool_]]:
    """Return for the events of each dataset what `rows` say of those with one, else `others`."""
    events = np.full(sum(map(len, stored)), others)
    events[np.concatenate(stored)] = rows
    parts = np.split(events, np.cumsum([len(one) for one in stored])[:-1])
    return {one.name: part for one, part in zip(datasets, parts, strict=True)}


def _stored(analysis: Analysis, dataset: Dataset) -> NDArray[np.bool_]:
    """Return which events of `dataset` the step ``tabulate`` gives a row, shape ``(N,)``."""
    every = storing(analysis)
    entries = {i.path: i.entries for i in analysis.files if i.dataset == dataset.name}
    files = [np.arange(entries[path]) % every == 0 for path in dataset.files if path in entries]
    return np.concatenate([np.zeros(0, dtype=np.bool_), *files])


def came(
    analysis: Analysis, dataset: Dataset, chunks: Iterable[tuple[str, int, int]]
) -> NDArray[np.bool_]:
    """Return which events of `dataset` are in one of the `chunks`, shape ``(N,)``.

    All of them, unless chunks may miss.

    Parameters
    ----------
    analysis
        The configuration.
    dataset
        One of its datasets, of N events in the files that can be used.
    chunks
        File, first entry and number of entries of those that were processed.
    """
    entries = {i.path: i.entries for i in analysis.files if i.dataset == dataset.name}
    ends = np.cumsum([0, *(entries.get(path, 0) for path in dataset.files)])
    first = dict(zip(dataset.files, ends.tolist(), strict=False))
    found = np.zeros(ends[-1], dtype=np.bool_)
    for path, start, length in chunks:
        found[first[path] + start : first[path] + start + length] = True
    return found


def scale(analysis: Analysis, dataset: Dataset, stored: float, report: Report) -> float:
    """Return what turns the weights of `dataset` into expected events."""
    sumw = generated_sumw(analysis, dataset.name, stored, report)
    role: Role = "signal" if dataset.label == "signal" else "background"
    luminosity = analysis.config.luminosity
    return Normalisation(role, sumw, dataset.cross_section, luminosity).scale
