"""What the steps cost beside the same work written by hand.

``python -m benchmarks.processing`` writes a sample into a temporary folder and prints,
best of three, CPU seconds of

- the step ``cutflow`` beside a coffea processor and an ``uproot.iterate`` script that
  count the same cuts and fill the same histograms, and RDataFrame where ROOT is installed,
- the step ``skim`` beside an uproot script that writes the same columns,
- ``cutflow`` in this process beside two Dask workers (wall seconds, once they are warm),
- the client of Dask for each of many chunks.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import uproot
import yaml

from benchmarks.by_hand import CHUNK, OBSERVABLES, by_coffea, by_uproot, skim_by_uproot
from benchmarks.rdataframe import counted
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.processing.execution import kept_open
from coffea_lcf.processing.run import run
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.workflow.analysis import Analysis, prepare
from coffea_lcf.workflow.cutflow import binnings, count_cuts, load_counts
from coffea_lcf.workflow.skim import skim
from coffea_lcf.workflow.tabulate import read_manifest, tabulate

OTHERS = tuple(f"other{number}" for number in range(16))
CUTS = Selection(
    (
        Cut("mass", "middle", 60.0, 100.0, "GeV"),
        Cut("tau21", "left", upper=0.5),
        Cut("pt", "right", 250.0, unit="GeV"),
        Cut("c2", "left", upper=0.3),
    )
)


def write_sample(path: Path, events: int, seed: int) -> Path:
    """Write flat observables, other branches and a weight, in baskets of a chunk."""
    random = np.random.default_rng(seed)
    with uproot.recreate(path, compression=uproot.ZSTD(5)) as file:
        names = (*OBSERVABLES, *OTHERS, "weight")
        tree = file.mktree("Events", dict.fromkeys(names, np.float32))
        for _ in range(0, events, CHUNK):
            columns = {name: random.normal(0.5, 0.2, CHUNK) for name in names}
            columns["mass"], columns["pt"] = 160 * columns["mass"], 600 * columns["pt"]
            tree.extend({name: values.astype(np.float32) for name, values in columns.items()})
    return path


def write_config(folder: Path, events: int) -> Path:
    """Write the sample of two datasets and the configuration of its analysis."""
    datasets = {
        name: {
            "files": [str(write_sample(folder / f"{name}.root", events // 2, seed))],
            "label": name,
        }
        for seed, name in enumerate(("signal", "background"))
    }
    document = {
        "name": "benchmark",
        "weight": "weight",
        "datasets": datasets,
        "observables": {name: {"branch": name} for name in OBSERVABLES},
        "execution": {"chunksize": CHUNK},
    }
    path = folder / "benchmark.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def best(*works: Callable[[], Any], clock: Callable[[], float], times: int = 3) -> list[float]:
    """Return the least seconds of each of `works` by `clock`, taken in turn after a warm-up."""
    least = [float("inf")] * len(works)
    for work in works:
        work()
    for _ in range(times):
        for number, work in enumerate(works):
            start = clock()
            work()
            least[number] = min(least[number], clock() - start)
    return least


def compare_cutflow(analysis: Analysis) -> None:
    stored = load_counts(analysis).observables
    axes = {name: one.axes["x"] for name, one in stored.items()}
    ours, coffea, plain = best(
        lambda: count_cuts(analysis, force=True),
        lambda: by_coffea(analysis, axes),
        lambda: by_uproot(analysis, axes),
        clock=time.process_time,
    )
    print(
        f"cutflow      {ours:6.2f} s CPU, {ours / coffea:.2f} x coffea by hand ({coffea:.2f} s), "
    )
    print(f"             {ours / plain:.2f} x uproot.iterate ({plain:.2f} s)")
    compare_rdataframe(analysis, axes, ours)


def compare_rdataframe(analysis: Analysis, axes: dict[str, Any], ours: float) -> None:
    if find_spec("ROOT") is None:
        print("             RDataFrame: pip install root  to compare with it")
        return

    def counts() -> list[Any]:
        return [counted(list(one.files), CUTS, axes) for one in analysis.datasets]

    events = [one["c2 events"] for one in counts()]
    flow = load_counts(analysis).cutflow
    if events != [flow.events(one.name)[-1] for one in analysis.datasets]:
        msg = f"RDataFrame keeps {events} events, which are not ours"
        raise RuntimeError(msg)
    [rival] = best(counts, clock=time.process_time)
    print(f"             {ours / rival:.2f} x RDataFrame on one thread ({rival:.2f} s)")


def compare_skim(analysis: Analysis, folder: Path) -> None:
    ours, plain = best(
        lambda: skim(analysis, force=True),
        lambda: skim_by_uproot(analysis, folder),
        clock=time.process_time,
    )
    size = sum(one["bytes"] for one in skim(analysis).result["skims"])
    ratio = size / skim_by_uproot(analysis, folder)
    print(f"skim         {ours:6.2f} s CPU, {ours / plain:.2f} x uproot ({plain:.2f} s), ", end="")
    print(f"{ratio:.3f} x its bytes")


def compare_dask(analysis: Analysis) -> None:
    remote = analysis.with_overrides(execution={"executor": "dask", "workers": 2})
    with kept_open(remote.executor()) as opening:
        warm = replace(remote, opening=opening)
        alone, shared = best(
            lambda: count_chunks(analysis), lambda: count_chunks(warm), clock=time.perf_counter
        )
        step, shared_step = best(
            lambda: count_cuts(analysis, force=True),
            lambda: count_cuts(warm, force=True),
            clock=time.perf_counter,
        )
    print(f"dask         {shared:6.2f} s wall for all chunks with 2 workers, ", end="")
    print(f"{alone / shared:.2f} x the throughput of this process ({alone:.2f} s);")
    print(f"             with the tables written {step / shared_step:.2f} x ({step:.2f} s)")


def count_chunks(analysis: Analysis) -> Any:
    """Count and fill, without what the step writes at its end, which no worker can share."""
    bins = binnings(read_manifest(analysis), analysis.config.cutflow.bins)
    execution = analysis.execution("benchmark", uuid4().hex)  # which finds nothing kept
    return run(analysis.files, analysis.processor(CountCuts(CUTS, bins)), execution)


def client_overhead(folder: Path, chunks: int) -> None:
    """Print the client's CPU time for each of many small chunks."""
    events = write_sample(folder / "tiny.root", CHUNK, 9)
    document = yaml.safe_load((folder / "benchmark.yaml").read_text(encoding="utf-8"))
    size = CHUNK // chunks
    document["datasets"] = {"tiny": {"files": [str(events)], "label": "signal"}}
    document["execution"] = {"executor": "dask", "workers": 2, "chunksize": size}
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    analysis = prepare(path, folder / "tiny")
    with kept_open(analysis.executor()) as opening:
        warm = replace(analysis, opening=opening)
        with opening():
            start = time.process_time()
            tabulate(warm)
            taken = time.process_time() - start
    print(f"client       {1e3 * taken / chunks:6.2f} ms CPU a chunk over {chunks} chunks")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=20 * CHUNK)
    parser.add_argument("--chunks", type=int, default=10_000, help="of the client's overhead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        analysis = prepare(write_config(folder, arguments.events), folder / "out")
        tabulate(analysis)
        CUTS.save(analysis.output / "selection.json")
        count_cuts(analysis)
        (folder / "plain").mkdir()
        compare_cutflow(analysis)
        compare_skim(analysis, folder / "plain")
        compare_dask(analysis)
        client_overhead(folder, arguments.chunks)


if __name__ == "__main__":
    main()
