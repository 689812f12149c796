"""A fit of more events than fit into memory: its peak memory, its time, its boundaries.

    python -m benchmarks.streaming
    python -m benchmarks.streaming --events 50000000 --folder big

Eight observables in Parquet, as `tabulate` writes them. Beside the streamed fit of all
events, each in a process of its own, stands the fit in memory of a tenth of them.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch

import coffea_lcf as lcf
from benchmarks.large import NAMES, STRATEGIES, draw, in_child, memory
from coffea_lcf.bins import BINS, filled
from coffea_lcf.processing.shards import WEIGHT, shard_name
from coffea_lcf.processing.tables import iterate_tables, read_table
from coffea_lcf.result import FitResult
from coffea_lcf.training.filled import fit_histograms, plan_histograms
from coffea_lcf.training.streaming import fit_stream

OBSERVABLES = NAMES[:8]

LABELS = ("background", "signal")

SCALES = dict.fromkeys(LABELS, 1.0)

PART = 500_000
"""Events that are drawn and written at a time."""

LIMIT = 4000.0
"""MB that the process of a streamed fit may take at its peak, all libraries included."""


def write(folder: Path, events: int) -> dict[str, Any]:
    """Write `events`, with weights of which some are negative, and return their manifest."""
    shards: dict[str, list[int]] = {label: [] for label in LABELS}
    folders = {label: f"{label}-{events}" for label in LABELS}
    for name in folders.values():
        (folder / name).mkdir()
    for seed in range(-(-events // PART)):
        table = draw(min(PART, events - seed * PART), seed)
        weight = np.where(np.random.default_rng(seed).random(len(table)) < 0.05, -1.0, 1.0)
        for label in LABELS:
            rows = table.label == (label == "signal")
            columns = {name: table[name][rows] for name in OBSERVABLES}
            path = folder / folders[label] / shard_name(seed)
            pq.write_table(pa.table({**columns, WEIGHT: weight[rows]}), path, compression="zstd")
            shards[label].append(int(np.count_nonzero(rows)))
    datasets = {
        label: {"folder": folders[label], "label": label, "shards": shards[label]}
        for label in LABELS
    }
    return {"observables": list(OBSERVABLES), "units": {}, "datasets": datasets}


def streamed(folder: Path, manifest: dict[str, Any], strategy: str) -> dict[str, Any]:
    """Return the fit of all events, batch by batch, with its cost."""
    start = _started()
    result = fit_stream(partial(iterate_tables, folder, manifest, SCALES), strategy)
    return _costs(result, start)


def from_histograms(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the parallel fit from histograms as workers fill them, with its cost in parts.

    One in a hundred of the events is the sample that the fit is planned on.
    """
    start = _started()
    plan = plan_histograms(read_table(folder, manifest, SCALES, every=100))
    planned = time.process_time()
    sums = {name: np.zeros((2, BINS)) for name in plan.bins}
    events = [0, 0]
    for table in iterate_tables(folder, manifest, SCALES):
        of = int(table.label[0])  # a batch is of one dataset
        events[of] += len(table)
        for name, one in plan.bins.items():
            sums[name][of] += filled(table[name], table.weight, one.center, one.scale)
    read = time.process_time()
    result = fit_histograms(plan, sums, (events[0], events[1]))
    parts = {"plan": planned - start[1], "fill": read - planned, "fit": time.process_time() - read}
    return {**_costs(result, start), "parts": parts}


def in_memory(
    folder: Path, manifest: dict[str, Any], strategy: str, centers: dict[str, float]
) -> dict[str, Any]:
    """Return the fit of all events at once, with its cost, reading included."""
    start = _started()
    table = read_table(folder, manifest, SCALES)
    return _costs(lcf.fit(table, strategy, centers=centers, device="cpu"), start)


def _started() -> tuple[float, float]:
    torch.set_num_threads(1)
    return time.perf_counter(), time.process_time()


def _costs(result: FitResult, start: tuple[float, float]) -> dict[str, Any]:
    wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
    return {"result": result, "wall": wall, "cpu": cpu, "peak": memory("VmHWM")}


def largest_pull(ours: FitResult, tenth: FitResult) -> float:
    """Return the largest distance of two boundaries over the tenth's statistical error.

    Infinite where the cases differ.
    """
    other = {cut.observable: cut for cut in tenth.selection.cuts}
    pulls = [0.0]
    for cut in ours.selection.cuts:
        beside = other.pop(cut.observable, None)
        if beside is None or beside.case != cut.case:
            return float("inf")
        for side in ("lower", "upper"):
            value, spread = getattr(beside, side), getattr(beside, f"{side}_spread")
            if value is not None:
                pulls.append(abs(getattr(cut, side) - value) / spread)
    return float("inf") if other else max(pulls)


@click.command(help=(__doc__ or "").split("\n", 1)[0])
@click.option("--events", default=2_000_000, show_default=True, type=click.IntRange(min=100_000))
@click.option("--folder", type=click.Path(path_type=Path), help="Where the Parquet files are put.")
def main(events: int, folder: Path | None) -> None:
    """Print the costs of both fits, by strategy, and how far their boundaries are apart."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        home = Path(scratch)
        whole, tenth = write(home, events), write(home, events // 10)
        size = sum(path.stat().st_size for path in home.glob("*/*"))
        print(f"{events} events x {len(OBSERVABLES)} float32, {size / 1e6:.0f} MB of Parquet")
        for strategy in STRATEGIES:
            ours = in_child(streamed, home, whole, strategy)
            centers = ours["result"].settings["centers"]
            rival = in_child(in_memory, home, tenth, strategy, centers)
            for name, of, one in (
                ("streamed", events, ours),
                ("in memory", events // 10, rival),
            ):
                line = f"{strategy:10} {name:9} {of:>10} events  peak {one['peak']:6.0f} MB"
                print(f"{line}  {one['wall']:6.1f} s, {one['cpu']:6.1f} CPU s")
            pull = largest_pull(ours["result"], rival["result"])
            kept = "kept" if ours["peak"] < LIMIT else "broken"
            print(f"{'':10} limit of {LIMIT:.0f} MB {kept}, boundaries within {pull:.1f} sd")
        ours = in_child(from_histograms, home, whole)
        told = ", ".join(f"{name} {one:.2f}" for name, one in ours["parts"].items())
        print(f"histograms of the workers: {told} CPU s, peak {ours['peak']:.0f} MB")


if __name__ == "__main__":
    main()
