"""A fit of very many events: its time beside that of reading them, its memory, its error."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import uproot
from numpy.typing import NDArray

import coffea_lcf as lcf
from coffea_lcf.datasets.mock import CORRELATED, PEAKS, WIDTH
from coffea_lcf.result import FitResult
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.newton import Newton

NAMES = (*PEAKS, *CORRELATED)
"""The ten observables of the mock sets."""

STRATEGIES = ("parallel", "sequential")

BASKET = 200_000
"""Events of a write, and so of a basket."""


def figures(
    events: int, rounds: int, *, exact: bool
) -> Iterator[tuple[str, float, float, float, str]]:
    """Yield name, ours, rival, limit and unit of the costs of a fit of `events`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.root"
        write(path, events)
        size = path.stat().st_size
        print(f"{events} events x {len(NAMES)} float32, {size / 1e6:.0f} MB with zstd")
        for strategy in STRATEGIES:
            found = in_child(measured, strategy, events, rounds, path)
            print(f"{strategy}: {found['selection']}\n")
            for reader in ("iterate", "arrays"):
                name = f"{strategy} fit : reading, uproot {reader}"
                yield name, found["fit"], found[reader], 1.0, "CPU s"
            table = 4e-6 * events * len(NAMES)
            yield f"{strategy} peak memory : float32 table", found["memory"], table, 2.5, "MB"
            if exact:
                errors = in_child(distances, strategy, events)
                worst = max(errors.values(), default=0.0)
                print({name: round(one, 3) for name, one in errors.items()})
                yield f"{strategy} largest distance : statistical error", worst, 1.0, 0.2, "sd"


def draw(events: int, seed: int = 1) -> ObservableTable:
    """Return `events` of the ten observables, float32, signal and background mixed."""
    random = np.random.default_rng(seed)
    label = random.random(events) < 0.5
    columns: dict[str, NDArray[np.float32]] = {}
    for name, peaks in PEAKS.items():
        # either peak of a class with the same chance: the columns 0, 1 of two rows
        means = np.array([np.resize(one, 2) for one in reversed(peaks)], dtype=np.float32)
        column = random.standard_normal(events, dtype=np.float32)
        column *= np.float32(WIDTH)
        column += means[label.view(np.int8), random.integers(0, 2, events, dtype=np.int8)]
        columns[name] = column
    for name, slope in CORRELATED.items():
        column = random.standard_normal(events, dtype=np.float32)
        column += np.float32(slope) * columns["x1"]
        columns[name] = column
    return ObservableTable.from_arrays(columns, label)


def write(path: Path, events: int) -> None:
    """Write the observables of `draw` as a tree ``Events``."""
    table = draw(events)
    with uproot.recreate(path, compression=uproot.ZSTD(5)) as file:
        tree = file.mktree("Events", dict.fromkeys(NAMES, np.float32))
        for start in range(0, events, BASKET):
            rows = slice(start, start + BASKET)
            tree.extend({name: table[name][rows] for name in NAMES})


def measured(strategy: str, events: int, rounds: int, path: Path) -> dict[str, Any]:
    """Return least CPU seconds of fit and reading over `rounds`, and the peak memory in MB."""
    torch.set_num_threads(1)
    # what is imported on first use belongs to neither
    lcf.fit(draw(20_000), strategy, device="cpu")
    before = memory("VmRSS")
    table = draw(events)
    result, fit = _timed(lambda: lcf.fit(table, strategy, device="cpu"))
    peak = memory("VmHWM") - before
    times = {"fit": [fit], "iterate": [], "arrays": []}
    for round_ in range(rounds):
        times["iterate"].append(_timed(lambda: _iterate(path))[1])
        times["arrays"].append(_timed(lambda: _arrays(path))[1])
        if round_ + 1 < rounds:
            times["fit"].append(_timed(lambda: lcf.fit(table, strategy, device="cpu"))[1])
    least = {name: min(values) for name, values in times.items()}
    return {**least, "memory": peak, "selection": str(result.selection)}


def distances(strategy: str, events: int) -> dict[str, float]:
    """Return how far each boundary is from that of a fit of all events at every step.

    In standard deviations of the boundary over bootstraps.
    """
    torch.set_num_threads(1)
    table = draw(events)
    ours = lcf.fit(table, strategy, device="cpu", repeats=20)
    recipe = replace(lcf.Recipe(Newton(whole=events)), repeats=1)
    centers = ours.settings["centers"]
    every = lcf.fit(table, strategy, preset=recipe, centers=centers, device="cpu")
    return dict(_pulls(ours, every))


def _pulls(ours: FitResult, every: FitResult) -> Iterator[tuple[str, float]]:
    exact = {cut.observable: cut for cut in every.selection.cuts}
    for cut in ours.selection.cuts:
        for side in ("lower", "upper"):
            value, spread = getattr(cut, side), getattr(cut, f"{side}_spread")
            if value is not None and spread:
                other = getattr(exact.get(cut.observable), side, None)
                yield f"{cut.observable} {side}", abs(value - (other or np.inf)) / spread


def _timed(work: Any) -> tuple[Any, float]:
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def _iterate(path: Path) -> None:
    for _ in uproot.iterate(f"{path}:Events", NAMES):
        pass


def _arrays(path: Path) -> None:
    with uproot.open(path) as file:
        file["Events"].arrays(NAMES, library="np")


def memory(which: str) -> float:
    """Return the memory of this process in MB: ``VmRSS`` now or ``VmHWM`` at most, on Linux."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(which)) * 1.024e-3


def in_child(work: Any, *arguments: Any) -> Any:
    """Return what `work` returns in a process of its own, whose memory starts low."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)
