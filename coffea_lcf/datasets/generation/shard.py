"""One shard: events of one seed, in a process of its own.

A shard is a unit of work that depends on nothing but its task, so that a sample is the same
whatever the number of workers, and a crash costs one shard. Run as a program, this module takes
the task as JSON and prints a line for every batch.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import awkward as ak
import numpy as np

from coffea_lcf.datasets.generation.columns import event_columns, reconstruct
from coffea_lcf.datasets.generation.processes import PROCESSES
from coffea_lcf.datasets.generation.shower import batches, cross_section_pb, start
from coffea_lcf.writing import write_json, written_beside

PROGRESS = "kept "
"""What a line begins with that tells how many events are kept so far."""


@dataclass(frozen=True)
class ShardTask:
    """The settings of one shard: `events` are stored events."""

    process: str
    seed: int
    events: int
    constituents: bool


@dataclass(frozen=True)
class ShardCount:
    """What a shard gave: stored and generated events and the cross section in pb."""

    seed: int
    events: int
    generated: int
    cross_section_pb: float


def generate_shard(task: ShardTask, report: Callable[[int], None]) -> tuple[ak.Array, ShardCount]:
    """Generate until `task.events` events are kept.

    Parameters
    ----------
    task
        What to generate.
    report
        Called after each batch with the number of events kept so far.

    Returns
    -------
    events, count
        Event records whose field ``event`` is the place (from 1) among all generated events, and
        the numbers of the shard. Generation ends, and counting with it, at the last kept event.
    """
    process = PROCESSES[task.process]
    pythia = start(process, task.seed)
    rng = np.random.default_rng(task.seed)
    parts: list[ak.Array] = []
    kept = seen = 0
    for events in batches(pythia):
        batch = reconstruct(events, process, pythia, rng)
        if len(batch.index):
            part = event_columns(batch, process, with_constituents=task.constituents)
            parts.append(ak.with_field(part, part.event + np.uint64(seen + 1), "event"))
        kept, seen = kept + len(batch.index), seen + len(events)
        report(min(kept, task.events))
        if kept >= task.events:
            break
    stored = ak.concatenate(parts)[: task.events]
    generated = int(stored.event[-1])
    return stored, ShardCount(task.seed, task.events, generated, cross_section_pb(pythia))


def save_shard(path: Path, events: ak.Array, count: ShardCount) -> None:
    """Write a shard, its numbers first: once the events exist, it is complete."""
    write_json(_count_path(path), asdict(count))
    with written_beside(path) as part:
        ak.to_parquet(events, part)


def load_events(path: Path) -> ak.Array:
    """Read the events that :func:`save_shard` wrote."""
    return ak.from_parquet(path)


def load_count(path: Path) -> ShardCount:
    """Read the numbers that :func:`save_shard` wrote beside the events."""
    return ShardCount(**json.loads(_count_path(path).read_text()))


def _count_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _report(kept: int) -> None:
    sys.stdout.write(f"{PROGRESS}{kept}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Generate and save the shard that ``[task as JSON, path]`` describe."""
    task, path = ShardTask(**json.loads(arguments[0])), Path(arguments[1])
    save_shard(path, *generate_shard(task, _report))


if __name__ == "__main__":
    main(sys.argv[1:])
