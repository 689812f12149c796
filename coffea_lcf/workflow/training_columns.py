"""The columns that networks on observables learn from: before there is a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.processing.completeness import Report
from coffea_lcf.processing.pieces import in_event_order
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.processing.run import run
from coffea_lcf.table import ObservableTable, concatenate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.training_jets import STEP, came, scale, training_rows

if TYPE_CHECKING:
    from coffea_lcf.training.on_columns import TrainingColumns


def collect_columns(
    analysis: Analysis, names: Iterable[str], identity: str
) -> tuple[ObservableTable, Report]:
    """Return observables of the training events in the order of datasets, files and entries.

    And what was lost of the input, where the configuration allows it.

    Parameters
    ----------
    analysis
        The configuration.
    names
        Observables that need no network.
    identity
        Hash of what the columns depend on, under which finished chunks are kept.

    Raises
    ------
    LCFError
        If the files cannot be read, or every dataset is marked ``test``.
    """
    rows, wanted = training_rows(analysis), set(names)
    infos = tuple(info for info in analysis.files if info.dataset in rows)
    processor = analysis.processor()
    processor.observables = tuple(one for one in processor.observables if one.name in wanted)
    output, report = run(infos, processor, analysis.execution(STEP, identity))
    tables = []
    for dataset in analysis.datasets:
        if dataset.name in rows:
            chunks = output.pop(dataset.name)
            there = ((one.filename, one.start, len(one.weight)) for one in chunks)
            own = rows[dataset.name][came(analysis, dataset, there)]
            table = _in_file_order(chunks, dataset)
            factor = scale(analysis, dataset, float(table.weight.sum()), report)
            expected = replace(table, weight=table.weight * factor)
            tables.append(expected.select(own))
    return concatenate(tables), report


def of_columns(section: NetworkSection, table: ObservableTable) -> TrainingColumns:
    """Return what a network learns from of `table`: its observables where all are finite.

    Both labels weigh alike.
    """
    from coffea_lcf.training.on_columns import TrainingColumns

    own = table.only(tuple(section.observables))
    return TrainingColumns(own.select(own.finite()).balanced())


def _in_file_order(chunks: list[Chunk], dataset: Dataset) -> ObservableTable:
    """Return the events of `dataset`, whatever order the executor finished the chunks in."""
    ordered = in_event_order(chunks, dataset.files, lambda one: (one.filename, one.start))
    columns = {
        name: np.concatenate([chunk.columns[name] for chunk in ordered])
        for name in ordered[0].columns
    }
    weight = np.concatenate([chunk.weight for chunk in ordered])
    label = np.full(len(weight), dataset.label == "signal")
    return ObservableTable.from_arrays(columns, label, weight)
