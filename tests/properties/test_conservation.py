"""No event and no weight is lost between the input, the table, the cut-flow and the skims."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import awkward as ak
import numpy as np
import pyarrow.parquet as pq
import uproot
from coffea.processor import IterativeExecutor
from hypothesis import given, settings
from hypothesis import strategies as st

from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import survey
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.processing.execution import Execution
from coffea_lcf.processing.pieces import in_order
from coffea_lcf.processing.run import run
from coffea_lcf.processing.shards import WEIGHT, WriteShard, put_in_place, summary
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.skimming import WriteSkim
from coffea_lcf.skimming.check import check_skims
from coffea_lcf.skimming.merge import merge_skims

X = [-np.inf, -1.0, 0.0, 0.5, 1.0, 1e30, np.inf, np.nan]
WEIGHTS = [-2.0, -0.5, 0.0, 0.25, 3.0]
"""Sums of them are exact in any order."""


def leading(jets: ak.Array) -> ak.Array:
    """Return the first of each list, missing where there is none."""
    return ak.firsts(jets)


OBSERVABLES = (Observable("x", ("x",)), Observable("lead", ("Jet_pt",), leading))


@st.composite
def events(draw: st.DrawFn) -> dict[str, ak.Array]:
    """Draw some events: flat, jagged, and weights of both signs; perhaps none."""
    count = draw(st.integers(0, 12))
    x = draw(st.lists(st.sampled_from(X), min_size=count, max_size=count))
    weight = draw(st.lists(st.sampled_from(WEIGHTS), min_size=count, max_size=count))
    jets = draw(st.lists(st.lists(st.sampled_from(X), max_size=3), min_size=count, max_size=count))
    lengths = np.array([len(one) for one in jets], np.int64)
    flat = np.array([value for one in jets for value in one], np.float32)
    return {
        "x": ak.Array(np.array(x, np.float32)),
        "w": ak.Array(np.array(weight, np.float64)),
        "Jet_pt": ak.unflatten(flat, lengths),
    }


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    """Draw a cut of any case on each observable, with boundaries at values that events have."""
    cuts = []
    for name in ("x", "lead"):
        case = draw(st.sampled_from(["left", "right", "middle", "edge"]))
        lower, upper = sorted(draw(st.sampled_from([(-1.0, 0.0), (0.0, 1.0), (0.5, 1e30)])))
        sides = {"left": (None, upper), "right": (lower, None)}.get(case, (lower, upper))
        cuts.append(Cut(name, case, *sides))
    return Selection(tuple(cuts))


def write(path: Path, columns: dict[str, ak.Array]) -> str:
    with uproot.recreate(path) as file:
        types = {"x": "float32", "w": "float64", "Jet_pt": "var * float32"}
        tree = file.mktree("Events", types)
        if len(columns["x"]):
            tree.extend(columns)
    return str(path)


def executed(chunksize: int) -> Execution:
    return Execution(lambda: nullcontext(IterativeExecutor(status=False)), chunksize=chunksize)


def read(paths: list[str]) -> list[dict[str, Any]]:
    """Return the events of all files; NaN as text, for it equals nothing."""
    found = []
    for path in paths:
        with uproot.open(path) as file:
            found += file["Events"].arrays(["x", "w", "Jet_pt"]).to_list()
    return [{name: str(value) for name, value in one.items()} for one in found]


@settings(max_examples=25, deadline=None)
@given(st.lists(events(), min_size=1, max_size=3), selections(), st.integers(1, 9))
def test_nothing_is_lost_from_the_input_to_the_merged_skims(
    parts: list[dict[str, ak.Array]], selection: Selection, chunksize: int
) -> None:
    if not any(len(part["x"]) for part in parts):
        parts[0] = {
            "x": ak.Array(np.float32([1.0])),
            "w": ak.Array([0.5]),
            "Jet_pt": ak.Array([[]]),
        }
        parts[0]["Jet_pt"] = ak.values_astype(parts[0]["Jet_pt"], np.float32)
    with TemporaryDirectory() as name:
        _check(Path(name), parts, selection, chunksize)


def _check(
    folder: Path, parts: list[dict[str, ak.Array]], selection: Selection, chunksize: int
) -> None:
    files = [write(folder / f"{number}.root", part) for number, part in enumerate(parts)]
    infos = survey([Dataset("d", tuple(files), "Events", "signal")], {})
    processor = partial(ObservableProcessor, OBSERVABLES, weight="w")
    weight = np.concatenate([np.asarray(part["w"]) for part in parts])

    shards = run(infos, processor(action=WriteShard(folder, {"d": 1})), executed(chunksize))[0]["d"]
    written = summary(in_order(shards, files))
    assert (written["events"], written["sumw"]) == (len(weight), weight.sum())
    put_in_place(folder / "table", [Path(one["file"]) for one in in_order(shards, files)])
    columns = {
        name: pq.read_table(folder / "table")[name].to_numpy() for name in ("x", "lead", WEIGHT)
    }
    np.testing.assert_array_equal(columns[WEIGHT], weight)
    mask = selection.mask(columns)
    flow = run(infos, processor(action=CountCuts(selection, {})), executed(chunksize))[0]["cutflow"]
    assert flow.events("d")[0] == len(weight)
    assert (flow.sumw("d")[0], flow.sumw2("d")[0]) == (weight.sum(), np.square(weight).sum())
    assert flow.events("d")[-1] == mask.sum()
    assert flow.sumw("d")[-1] == weight[mask].sum()

    action = WriteSkim(folder / "skims", selection)
    skims = run(infos, processor(action=action), executed(chunksize))[0]["skims"]
    assert sum(one["events"] for one in skims) == mask.sum()
    assert sum(one["sumw_before"] for one in skims) == weight.sum()
    assert sum(one["sumw_after"] for one in skims) == weight[mask].sum()
    every = read(files)
    expected = [event for event, passed in zip(every, mask, strict=True) if passed]
    ordered = in_order(skims, files)
    assert read([one["file"] for one in ordered]) == expected

    merged = merge_skims(ordered, 20_000, "ttree", "zstd")
    paths = [one["file"] for one in merged]
    assert read(paths) == expected
    metadata = {
        "nevents": int(mask.sum()),
        "sumw": weight.sum(),
        "sumw_skim": weight[mask].sum(),
    }
    fileset = {"d": {"files": dict.fromkeys(paths, "Events"), "metadata": metadata}}
    make = lambda action: processor(action=action)  # noqa: E731
    checked = check_skims(merged, fileset, make, selection, executed(5))
    assert checked.events == mask.sum()
