"""What the steps that read events would start and read, without doing it."""

from __future__ import annotations

from dataclasses import dataclass

from coffea_lcf.processing.executors import BACKENDS
from coffea_lcf.processing.plan import DatasetPlan
from coffea_lcf.processing.plan import plan as plan_datasets
from coffea_lcf.processing.run import offered_branches
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.network import most_constituents, untrained
from coffea_lcf.workflow.training_jets import JET_BYTES, training_rows


@dataclass(frozen=True)
class Plan:
    """What would be started, and what would be read by each pass over the events.

    Attributes
    ----------
    executor
        The executor, its cluster, and the script of a job.
    branches
        How many branches a chunk is offered.
    datasets
        Chunks, events and bytes.
    training
        What the training of networks holds in memory; empty without networks.
    """

    executor: str
    branches: int
    datasets: tuple[DatasetPlan, ...]
    training: str = ""


def plan(analysis: Analysis) -> Plan:
    """Return what a pass over the events of `analysis` would take.

    A skim reads the columns that it keeps in addition, of the events of each chunk.

    Raises
    ------
    LCFError
        If the inputs cannot be used, or the executor not be had.
    """
    section = analysis.config.execution
    executor = BACKENDS[section.executor].describe(section)
    branches = offered_branches(analysis.files, analysis.processor())
    datasets = plan_datasets(analysis.files, branches, section.chunksize, analysis.splitting())
    return Plan(executor, len(branches), datasets, _training(analysis))


def _training(analysis: Analysis) -> str:
    networks = analysis.config.trained
    if not networks:
        return ""
    rows = training_rows(analysis)
    events = sum(info.entries for info in analysis.files if info.dataset in rows)
    size = most_constituents(untrained(analysis, name) for name in networks)
    told = f"train {', '.join(networks)}: {events}"
    if not size:
        return f"{told} events"
    memory = f"{JET_BYTES * size * events / 1e6:.0f} MB at the peak"
    return f"{told} jets of at most {size} constituents, {memory}"
