"""Cut a sample into shards, and name the file of each after everything its events depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from coffea_lcf.datasets.generation.extras import versions
from coffea_lcf.datasets.generation.processes import COMMON, Process
from coffea_lcf.datasets.generation.shard import ShardTask

SHARD_EVENTS = 10_000
"""Stored events of a full shard. Part of what a seed means: each shard has its own."""

LAYOUT = 1
"""Version of the columns and of how they are computed; finished shards of another one are void."""


def plan(process: Process, events: int, seed: int, *, constituents: bool) -> list[ShardTask]:
    """Cut a sample into shards of at most :data:`SHARD_EVENTS` stored events, seed by seed."""
    return [
        ShardTask(process.name, seed + i, min(SHARD_EVENTS, events - begin), constituents)
        for i, begin in enumerate(range(0, events, SHARD_EVENTS))
    ]


def shard_files(
    process: Process, tasks: Sequence[ShardTask], folder: Path
) -> dict[Path, ShardTask]:
    """Return the task of each shard file; a file that exists is a finished shard.

    Raises
    ------
    MissingExtraError
        A generator package, whose version is part of the name, is not installed.
    """
    common = {
        "process": asdict(process), "common": COMMON, "versions": versions(), "layout": LAYOUT
    }  # fmt: skip
    return {folder / f"{_digest({**common, 'task': asdict(task)})}.parquet": task for task in tasks}


def _digest(settings: dict[str, object]) -> str:
    text = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
