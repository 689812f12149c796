"""Proof that skims hold what they should: read again, selected again, counted again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import FileInfo, survey_file
from coffea_lcf.errors import FilesetError
from coffea_lcf.processing.execution import Execution
from coffea_lcf.processing.processor import Action, Chunk, ObservableProcessor
from coffea_lcf.processing.run import run
from coffea_lcf.selection import Selection

TOLERANCE = 1e-9
"""Of Σw, relative to Σ|w|: the same weights are added in other groups."""


@dataclass(frozen=True)
class Recount:
    """What some entries of a skim hold.

    Attributes
    ----------
    file
        Path of the skim.
    events, kept
        Entries, and how many of them the selection keeps: all, if the skim is right.
    sumw, size
        Σw and Σ|w|.
    """

    file: str
    events: int = 0
    kept: int = 0
    sumw: float = 0.0
    size: float = 0.0


@dataclass(frozen=True)
class CountAgain:
    """The action that selects the events of a skim again.

    Parameters
    ----------
    selection
        The cuts that the skim was made with.
    """

    selection: Selection

    def __call__(self, chunk: Chunk) -> dict[str, list[dict[str, Any]]]:
        """Return the `Recount` of `chunk` under ``recounts``."""
        kept = int(np.count_nonzero(self.selection.mask(chunk.columns)))
        weight = chunk.weight
        told = Recount(
            chunk.filename, len(weight), kept, float(weight.sum()), float(np.abs(weight).sum())
        )
        return {"recounts": [vars(told)]}


@dataclass(frozen=True)
class Checked:
    """What was found right.

    Attributes
    ----------
    files, events
        How many were read again.
    """

    files: int
    events: int


def check_skims(
    skims: Sequence[Mapping[str, Any]],
    fileset: Mapping[str, Mapping[str, Any]],
    processor: Callable[[Action], ObservableProcessor],
    selection: Selection,
    execution: Execution,
) -> Checked:
    """Read the skims and compare them with what was noted when they were written.

    Every event has to pass the selection again, and the events and Σw of each file and
    of each dataset to be those noted; so has the Σw in the ``Runs`` tree of each file. The
    Σw that a dataset is normalised to need not be the sum of these: it may be given, or
    chunks may be lost.

    Parameters
    ----------
    skims
        Documents of `SkimFile` or `MergedSkim`.
    fileset
        Content of ``fileset.json``.
    processor
        Returns the processor of the analysis with an action.
    selection
        The cuts that the skims were made with.
    execution
        How the processor runs; without checkpoints, for these would be believed.

    Raises
    ------
    FilesetError
        Listing what is wrong, file by file.
    """
    infos, wrong = _surveyed(skims, fileset)
    readable = tuple(info for info in infos if info.entries)
    output: Mapping[str, Any] = {}
    if readable:
        output, _ = run(readable, processor(CountAgain(selection)), execution)
    counts = _by_file(Recount(**one) for one in output.get("recounts", []))
    unreadable = set(wrong)
    runs = {info.path: info.sumw or 0.0 for info in infos}
    for skim in skims:
        file = skim["file"]
        if file not in unreadable:
            wrong[file] += _differences(skim, counts[file], runs[file])
    for name, entry in fileset.items():
        own = [info for info in infos if info.dataset == name]
        # a file that cannot be read is told already, and explains a sum that is short
        if not any(file in unreadable for file in entry["files"]):
            wrong[f"dataset {name!r}"] += _dataset_differences(entry, own, counts)
    lines = [f"  {place}: {'; '.join(said)}" for place, said in wrong.items() if said]
    if lines:
        msg = f"{len(lines)} of {len(skims)} skims and {len(fileset)} datasets are not what was "
        msg += "written: make them again with --force\n" + "\n".join(lines)
        raise FilesetError(msg)
    return Checked(len(skims), sum(one.events for one in counts.values()))


def _surveyed(
    skims: Sequence[Mapping[str, Any]], fileset: Mapping[str, Mapping[str, Any]]
) -> tuple[list[FileInfo], defaultdict[str, list[str]]]:
    """Return what is in the files of `fileset`, and by file why it cannot be read."""
    infos: list[FileInfo] = []
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    noted = {skim["file"] for skim in skims}
    for name, entry in fileset.items():
        for file, tree in entry["files"].items():
            try:
                infos.append(survey_file(Dataset(name, (file,), tree, ""), file))
            except FilesetError as error:
                wrong[file].append(str(error).split("\n")[0])
            if file not in noted:
                wrong[file].append("it is in the fileset, but was not written by this step")
    listed = {file for entry in fileset.values() for file in entry["files"]}
    for file in sorted(noted - listed):
        wrong[file].append("it was written, but is not in the fileset")
    return infos, wrong


def _by_file(recounts: Iterable[Recount]) -> defaultdict[str, Recount]:
    """Return the sum of the recounts of each file."""
    found: dict[str, Recount] = {}
    numbers = [field.name for field in fields(Recount)][1:]
    for one in recounts:
        total = found.get(one.file, Recount(one.file))
        added = {name: getattr(total, name) + getattr(one, name) for name in numbers}
        found[one.file] = Recount(one.file, **added)
    return defaultdict(lambda: Recount(""), found)


def _differences(skim: Mapping[str, Any], found: Recount, sumw_runs: float) -> list[str]:
    said = []
    if found.events != skim["events"]:
        said.append(f"{found.events} events, not {skim['events']}")
    if found.kept != found.events:
        said.append(f"the selection keeps {found.kept} of {found.events} events")
    if not _same(found.sumw, skim["sumw_after"], found.size):
        said.append(f"Σw = {found.sumw:.9g}, not {skim['sumw_after']:.9g}")
    if not _same(sumw_runs, skim["sumw_runs"], skim["sumw_runs"]):
        said.append(f"Σw in the Runs tree = {sumw_runs:.9g}, not {skim['sumw_runs']:.9g}")
    return said


def _dataset_differences(
    entry: Mapping[str, Any],
    infos: Sequence[FileInfo],
    counts: Mapping[str, Recount],
) -> list[str]:
    metadata, said = entry["metadata"], []
    own = [counts[info.path] for info in infos]
    events, size = sum(one.events for one in own), sum(one.size for one in own)
    if events != metadata["nevents"]:
        said.append(f"{events} events, the fileset says {metadata['nevents']}")
    sumw = sum(one.sumw for one in own)
    if not _same(sumw, metadata["sumw_skim"], size):
        said.append(f"Σw = {sumw:.9g}, the fileset says {metadata['sumw_skim']:.9g}")
    return said


def _same(found: float, noted: float, size: float) -> bool:
    return math.isclose(found, noted, rel_tol=TOLERANCE, abs_tol=TOLERANCE * abs(size))
