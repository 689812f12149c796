"""The work of the steps ``cutflow`` and ``skim`` as one writes it without this package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hist
import numpy as np
import uproot
from coffea import processor
from coffea.analysis_tools import PackedSelection
from coffea.nanoevents import BaseSchema

from coffea_lcf.workflow.analysis import Analysis

CHUNK = 100_000
OBSERVABLES = ("mass", "tau21", "pt", "c2")


def stages(masks: dict[str, Any], size: int) -> Iterator[tuple[str, Any]]:
    """Yield the events that pass up to each cut."""
    alive = np.ones(size, bool)
    yield "all", alive
    for name, mask in masks.items():
        alive = alive & mask
        yield name, alive


def masks_of(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the cuts, written out."""
    return {
        "mass": (columns["mass"] > 60) & (columns["mass"] < 100),
        "tau21": columns["tau21"] < 0.5,
        "pt": columns["pt"] > 250,
        "c2": columns["c2"] < 0.3,
    }


def histograms(columns: dict[str, Any], masks: dict[str, Any], weight: Any, axes: Any) -> Any:
    """Return each observable after each cut, and with all cuts but its own."""
    filled = {}
    for name, axis in axes.items():
        names = ["all", *masks, "all but"]
        filled[name] = hist.Hist(hist.axis.StrCategory(names, name="stage"), axis, storage="weight")
        but = np.logical_and.reduce([one for other, one in masks.items() if other != name])
        for stage, passed in [*stages(masks, len(weight)), ("all but", but)]:
            filled[name].fill(stage=stage, x=columns[name][passed], weight=weight[passed])
    return filled


class ByHand(processor.ProcessorABC):  # type: ignore[misc]
    """The cut-flow as one writes it with coffea."""

    def __init__(self, axes: dict[str, Any]) -> None:
        self.axes = axes

    def process(self, events: Any) -> dict[str, Any]:
        """Return counts and histograms of a chunk."""
        columns = {name: events[name].to_numpy() for name in OBSERVABLES}
        weight = events["weight"].to_numpy().astype(float)
        packed, masks = PackedSelection(), masks_of(columns)
        packed.add_multiple(masks)
        counts = []
        for kind in (packed.cutflow(*masks).result(), packed.nminusone(*masks).result()):
            parts = [one for name, one in kind._asdict().items() if name.startswith("masks")]
            counts += [
                (weight[mask].sum(), (weight[mask] ** 2).sum()) for part in parts for mask in part
            ]
        filled = histograms(columns, masks, weight, self.axes)
        return {events.metadata["dataset"]: {"counts": np.array(counts), **filled}}

    def postprocess(self, accumulator: Any) -> Any:
        """Return what was added up."""
        return accumulator


def by_coffea(analysis: Analysis, axes: dict[str, Any]) -> Any:
    runner = processor.Runner(
        processor.IterativeExecutor(status=False),
        chunksize=CHUNK,
        schema=BaseSchema,
    )
    fileset = {one.name: list(one.files) for one in analysis.datasets}
    return runner(fileset, ByHand(axes), treename="Events")


def by_uproot(analysis: Analysis, axes: dict[str, Any]) -> Any:
    total: dict[str, Any] = {}
    for dataset in analysis.datasets:
        for columns in uproot.iterate(
            [f"{path}:Events" for path in dataset.files],
            [*OBSERVABLES, "weight"],
            step_size=CHUNK,
            library="np",
        ):
            weight, masks = columns["weight"].astype(float), masks_of(columns)
            counts = []
            for _, passed in stages(masks, len(weight)):
                counts.append([passed.sum(), weight[passed].sum(), (weight[passed] ** 2).sum()])
            for name, mask in masks.items():
                others = [one for other, one in masks.items() if other != name]
                for passed in (mask, np.logical_and.reduce(others)):
                    counts.append([passed.sum(), weight[passed].sum(), (weight[passed] ** 2).sum()])
            filled = histograms(columns, masks, weight, axes)
            own = total.setdefault(dataset.name, {"counts": 0, **dict.fromkeys(filled, 0)})
            own["counts"] = own["counts"] + np.array(counts)
            for name, one in filled.items():
                own[name] = one + own[name]
    return total


def skim_by_uproot(analysis: Analysis, folder: Path) -> int:
    """Write the columns that pass, one file a chunk, and return their bytes."""
    size = 0
    for dataset in analysis.datasets:
        for path in dataset.files:
            with uproot.open(path) as file:
                tree = file["Events"]
                for start in range(0, tree.num_entries, CHUNK):
                    columns = tree.arrays(entry_start=start, entry_stop=start + CHUNK, library="np")
                    passed = np.logical_and.reduce(list(masks_of(columns).values()))
                    target = folder / f"{dataset.name}_{start}.root"
                    with uproot.recreate(target, compression=uproot.ZSTD(5)) as out:
                        kinds = {name: one.dtype for name, one in columns.items()}
                        out.mktree("Events", kinds).extend(
                            {name: one[passed] for name, one in columns.items()}
                        )
                    size += target.stat().st_size
    return size
