"""Generate a sample: plan its shards, run them in parallel, merge them into one ROOT file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from coffea_lcf.datasets.generation.merge import mean_cross_section_pb, merge
from coffea_lcf.datasets.generation.plan import SHARD_EVENTS, plan, shard_files
from coffea_lcf.datasets.generation.processes import PROCESSES, Process
from coffea_lcf.datasets.generation.progress import progress_bar
from coffea_lcf.datasets.generation.workers import run_shards
from coffea_lcf.errors import ConfigError, OutputError, nearest

MAX_SEED = 900_000_000
"""Largest seed that Pythia takes."""


@dataclass(frozen=True)
class GenerationResult:
    """A finished sample.

    Attributes
    ----------
    path
        The ROOT file.
    events, generated
        Stored events and generated events, of which the stored ones were selected.
    sumw
        Sum of the weights of all generated events, to normalise with.
    cross_section_pb
        Cross section of the process in its pt-hat window, in pb.
    seeds
        Seed of each shard.
    """

    path: Path
    events: int
    generated: int
    sumw: float
    cross_section_pb: float
    seeds: tuple[int, ...]


def generate(
    process: str,
    events: int,
    output: Path,
    *,
    seed: int | None = None,
    workers: int = 1,
    constituents: bool = True,
    progress: bool = True,
) -> GenerationResult:
    """Generate `events` stored events of a process and write them to a ROOT file.

    Parameters
    ----------
    process
        A name of ``PROCESSES``.
    events
        Number of events to store; more are generated, see the selection of the process.
    output
        The ROOT file; an existing one is replaced at the end.
    seed
        Seed of the first shard of 10 000 events, the next ones follow; that of the process if
        None. Samples of one process with overlapping seeds share events.
    workers
        Number of processes; the events do not depend on it.
    constituents
        Also store the constituents of the jets and the partons.
    progress
        Show a progress bar.

    Returns
    -------
    GenerationResult

    Raises
    ------
    MissingExtraError
        pythia8mc or fastjet is not installed.
    ConfigError
        An unknown process, or a number out of its range.
    OutputError
        The output cannot be a ROOT file.
    IncompleteError
        A shard failed. The finished ones are kept in a hidden folder beside the output, and the
        same call again generates only the others.
    """
    chosen = _checked(process, events, seed, workers)
    folder = _work_folder(output)
    tasks = plan(chosen, events, seed or chosen.seed, constituents=constituents)
    shards = shard_files(chosen, tasks, folder)
    unfinished = {path: task for path, task in shards.items() if not path.exists()}
    _make_folder(folder)
    with progress_bar(process, shards, show=progress) as report:
        run_shards(unfinished, workers, report)
    counts = merge(chosen, list(shards), output)
    shutil.rmtree(folder)
    generated = sum(count.generated for count in counts)
    return GenerationResult(
        path=output,
        events=events,
        generated=generated,
        sumw=float(generated),
        cross_section_pb=mean_cross_section_pb(counts),
        seeds=tuple(count.seed for count in counts),
    )


def _checked(process: str, events: int, seed: int | None, workers: int) -> Process:
    if process not in PROCESSES:
        msg = f"unknown process {process!r}\n  nearest    {nearest(process, PROCESSES)}"
        raise ConfigError(msg)
    for name, value in (("events", events), ("workers", workers)):
        if value < 1:
            msg = f"{name} = {value}: at least 1 is needed"
            raise ConfigError(msg)
    last = MAX_SEED - events // SHARD_EVENTS
    if seed is not None and not 1 <= seed <= last:
        msg = f"seed = {seed}: Pythia takes seeds from 1 to {MAX_SEED}, one per shard"
        raise ConfigError(msg)
    return PROCESSES[process]


def _work_folder(output: Path) -> Path:
    if output.suffix != ".root":
        msg = f"output {str(output)!r} does not end in .root"
        raise OutputError(msg)
    return output.with_name(f".{output.name}.shards")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"cannot make {folder}: {error.strerror}\n  choose a folder that you may write"
        raise OutputError(msg) from error
