"""Merge finished shards into one ROOT file with its normalisation and its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np

from coffea_lcf.datasets.generation.extras import versions
from coffea_lcf.datasets.generation.ntuple import write_ntuple
from coffea_lcf.datasets.generation.processes import COMMON, Process
from coffea_lcf.datasets.generation.shard import ShardCount, load_count, load_events
from coffea_lcf.writing import written_beside

RUN = 1


def merge(process: Process, shards: Sequence[Path], output: Path) -> list[ShardCount]:
    """Write the events of `shards`, in their order, to `output`, which appears when complete.

    The field ``event`` becomes the place of an event among all generated events of the sample,
    ``luminosityBlock`` the number of its shard, from 1.
    """
    counts = [load_count(path) for path in shards]
    with written_beside(output) as part:
        write_ntuple(part, _numbered(shards, counts), _runs(counts), _metadata(process, counts))
    return counts


def mean_cross_section_pb(counts: Sequence[ShardCount]) -> float:
    """Average the estimates of the shards, weighted by their generated events."""
    values = [count.cross_section_pb for count in counts]
    return float(np.average(values, weights=[count.generated for count in counts]))


def _numbered(shards: Sequence[Path], counts: Sequence[ShardCount]) -> Iterator[ak.Array]:
    before = 0
    for block, (path, count) in enumerate(zip(shards, counts, strict=True), start=1):
        events = load_events(path)
        numbers = {
            "run": np.full(len(events), RUN, np.uint32),
            "luminosityBlock": np.full(len(events), block, np.uint32),
            "event": events.event + np.uint64(before),
        }
        others = {name: events[name] for name in events.fields if name not in numbers}
        yield ak.zip(numbers | others, depth_limit=1)
        before += count.generated


def _runs(counts: Sequence[ShardCount]) -> dict[str, Any]:
    generated = sum(count.generated for count in counts)
    return {
        "run": np.uint32(RUN),
        "genEventCount": np.int64(generated),
        # Pythia unweights its events
        "genEventSumw": np.float64(generated),
        "genEventSumw2": np.float64(generated),
        "crossSection_pb": np.float64(mean_cross_section_pb(counts)),
    }


def _metadata(process: Process, counts: Sequence[ShardCount]) -> dict[str, Any]:
    selection = asdict(process)
    settings = [*COMMON, *selection.pop("settings")]
    del selection["seed"]
    return {
        "process": selection.pop("name"),
        "description": selection.pop("description"),
        "versions": versions(),
        "settings": settings,
        "selection": selection,
        "shards": [asdict(count) for count in counts],
    }
