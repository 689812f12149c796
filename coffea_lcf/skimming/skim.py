"""The action that writes the events which pass, one file a chunk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import uproot

from coffea_lcf.datasets.survey import COUNT, RUNS, SUMW
from coffea_lcf.processing.open_files import opened
from coffea_lcf.processing.pieces import are_there
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.selection import Selection
from coffea_lcf.skimming.branches import select_branches
from coffea_lcf.skimming.trees import (
    COMPRESSIONS,
    Columns,
    Compression,
    Format,
    read_columns,
    write_tree,
)
from coffea_lcf.writing import written_beside


@dataclass(frozen=True)
class SkimFile:
    """One written file.

    Attributes
    ----------
    dataset, file, source
        Dataset, path of the skim and of the input file.
    start, stop
        Entry range of the input.
    events, bytes
        Events that passed, and size of the file.
    sumw_before, sumw_after
        Σw of the chunk before and after the selection.
    sumw_runs
        Σw that the ``Runs`` tree of the file tells, 0 where it tells none.
    """

    dataset: str
    file: str
    source: str
    start: int
    stop: int
    events: int
    bytes: int
    sumw_before: float
    sumw_after: float
    sumw_runs: float

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class WriteSkim:
    """Write the selected events of each chunk.

    A chunk without survivors is written too: its Σw belongs to the sample. The
    entries of the ``Runs`` tree are copied into the file of the first chunk of each
    input, so that their sum over the skims is that over the inputs. For an input
    without one each chunk notes its own Σw there, which nothing else would tell.

    Parameters
    ----------
    folder
        Output folder; files go into one sub-folder a dataset.
    selection
        The cuts.
    columns
        Patterns of the branches to keep, see `select_branches`.
    required
        Branches that must stay: those of the observables and the weight.
    format, compression
        How the trees are written.
    """

    folder: Path
    selection: Selection
    columns: tuple[str, ...] = ("*",)
    required: tuple[str, ...] = ()
    format: Format = "ttree"
    compression: Compression = "zstd"

    def __call__(self, chunk: Chunk) -> dict[str, list[dict[str, Any]]]:
        """Write the survivors of `chunk`; return its `SkimFile` under ``skims``.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        rows = np.flatnonzero(self.selection.mask(chunk.columns))
        path = self.folder / chunk.dataset / skim_name(chunk)
        with opened(chunk.filename, chunk.uuid) as source, written_beside(path) as part:
            tree = source[chunk.treename]
            branches = select_branches(tree.keys(recursive=False), self.columns, self.required)
            columns = read_columns(tree, branches, chunk.start, chunk.stop, self.required)
            kept = {name: array[rows] for name, array in columns.arrays.items()}
            with uproot.recreate(part, compression=COMPRESSIONS[self.compression]) as target:
                write_tree(target, chunk.treename, replace(columns, arrays=kept), self.format)
                if RUNS in source.keys(cycle=False):
                    sumw_runs = copy_runs(source, target, whole=chunk.start == 0)
                else:
                    sumw_runs = write_runs(target, chunk)
        written = SkimFile(
            chunk.dataset,
            str(path),
            chunk.filename,
            chunk.start,
            chunk.stop,
            events=len(rows),
            bytes=path.stat().st_size,
            sumw_before=float(chunk.weight.sum()),
            sumw_after=float(chunk.weight[rows].sum()),
            sumw_runs=sumw_runs,
        )
        return {"skims": [written.to_document()]}


def skim_name(chunk: Chunk) -> str:
    """Return the file name of a chunk: the same in every run over the same file."""
    stem = Path(chunk.filename).stem
    return f"{stem}__{chunk.uuid[:8]}__{chunk.start}-{chunk.stop}.root"


def is_skim(path: Path) -> bool:
    """Tell whether `path` is named as `skim_name` names files."""
    return re.search(r"__[0-9a-f]{8}__\d+-\d+\.root$", path.name) is not None


def copy_runs(source: Any, target: Any, whole: bool) -> float:
    """Copy the ``Runs`` tree, and return the Σw before any selection that the copy holds.

    Without `whole` the copy has no entries: the skim of a later chunk adds nothing
    to the sum, and still says that the sum is known.
    """
    runs = source[RUNS]
    entries = runs.num_entries if whole else 0
    columns = read_columns(runs, runs.keys(recursive=False), 0, entries)
    write_tree(target, RUNS, columns, "ttree")
    told = [columns.arrays[name] for name in SUMW if name in columns.arrays]
    return float(np.sum(told[0])) if told else 0.0


def write_runs(target: Any, chunk: Chunk) -> float:
    """Write a ``Runs`` tree of the events of `chunk`, all of them, and return their Σw."""
    sumw, count = float(chunk.weight.sum()), chunk.stop - chunk.start
    sums = {SUMW[0]: np.array([sumw]), COUNT[0]: np.array([count], np.int64)}
    write_tree(target, RUNS, Columns(sums, {}, {}), "ttree")
    return sumw


def fileset(
    skims: Sequence[Mapping[str, Any]], metadata: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a coffea fileset of the skims.

    Parameters
    ----------
    skims
        The `SkimFile` documents of the run.
    metadata
        Metadata by dataset: the pre-skim Σw, the label, the cross-section.
    """
    return {
        dataset: {
            "files": {
                skim["file"]: entry["treename"] for skim in skims if skim["dataset"] == dataset
            },
            "metadata": {key: value for key, value in entry.items() if key != "treename"},
        }
        for dataset, entry in metadata.items()
    }


def clear(files: Iterable[Path]) -> None:
    """Remove the skims of an earlier run, and nothing else that lies beside them."""
    for path in files:
        if path.is_file():
            path.unlink()


def still_there(output: Mapping[str, Any]) -> bool:
    """Tell whether the files of an output of `WriteSkim` are still as they were written."""
    return are_there(output["skims"])
