"""What is in each input file, asked once before any event is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import uproot

from coffea_lcf.datasets.ahead import ahead
from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.remote import check_client
from coffea_lcf.errors import FilesetError, MissingBranchError, nearest

RUNS = "Runs"
"""Tree of NanoAOD with what was generated, before any selection."""

SUMW = ("genEventSumw", "genEventSumw_")
COUNT = ("genEventCount", "genEventCount_")
"""Branches of ``Runs``; NanoAOD v5 to v7 spelt them with an underscore."""

THREADS = 8
"""Files that are looked into at a time, for an address takes long to answer."""


@dataclass(frozen=True)
class FileInfo:
    """One surveyed file.

    Attributes
    ----------
    dataset, path, tree
        Where it belongs and which tree is read.
    uuid
        The file's own identifier.
    entries
        Events in the tree.
    branches
        Names of the branches of the tree.
    sumw
        Σw of the generated events from the ``Runs`` tree; None without one.
    generated
        Number of generated events from the ``Runs`` tree; None without one.
    """

    dataset: str
    path: str
    tree: str
    uuid: str
    entries: int
    branches: tuple[str, ...]
    sumw: float | None
    generated: int | None


@dataclass(frozen=True)
class LostFile:
    """A file that cannot be used, and why, in one line."""

    dataset: str
    path: str
    reason: str


@contextmanager
def open_root(path: str, dataset: str) -> Iterator[Any]:
    """Open the ROOT file `path`.

    Raises
    ------
    FilesetError
        If it is missing, not a ROOT file, or truncated.
    MissingExtraError
        If it is an address whose client is not installed.
    """
    check_client(path)
    where = f"{path}, dataset {dataset!r}"
    try:
        file = uproot.open(path)
    except FileNotFoundError as error:
        msg = f"no such file: {where}"
        raise FilesetError(msg) from error
    except Exception as error:  # uproot raises whatever the bytes lead it to
        msg = f"cannot open {where}: {_reason(path)} ({type(error).__name__})"
        raise FilesetError(msg) from error
    with file:
        local = Path(path)
        if local.is_file() and local.stat().st_size < file.file.fEND:
            msg = f"{where} is truncated: {local.stat().st_size} of {file.file.fEND} bytes"
            raise FilesetError(msg)
        yield file


def _reason(path: str) -> str:
    local = Path(path)
    if not local.is_file():
        return "the address does not answer as a ROOT file"
    with local.open("rb") as file:
        start = file.read(4)
    return "the file is damaged or truncated" if start == b"root" else "it is not a ROOT file"


def survey_file(dataset: Dataset, path: str) -> FileInfo:
    """Return what is in the file `path` of `dataset`.

    Raises
    ------
    FilesetError
        If it cannot be opened or has no such tree.
    """
    with open_root(path, dataset.name) as file:
        tree = _tree(file, dataset, path)
        sumw, generated = _runs(file)
        return FileInfo(
            dataset=dataset.name,
            path=path,
            tree=dataset.tree,
            uuid=str(file.file.uuid),
            entries=int(tree.num_entries),
            branches=_shared(tuple(tree.keys(recursive=False))),
            sumw=sumw,
            generated=generated,
        )


@lru_cache(maxsize=64)
def _shared(branches: tuple[str, ...]) -> tuple[str, ...]:
    """Return equal branches as one object: a list of 1500 names a file fills the memory."""
    return branches


def _tree(file: Any, dataset: Dataset, path: str) -> Any:
    trees = trees_in(file)
    if dataset.tree not in trees:
        msg = (
            f"no tree {dataset.tree!r} in {path}, dataset {dataset.name!r}\n"
            f"  trees there  {', '.join(trees) or '(none)'}\n"
            f"  set  tree: NAME  in the configuration"
        )
        raise FilesetError(msg)
    return file[dataset.tree]


def trees_in(file: Any) -> dict[str, int]:
    """Return the entries of each TTree or RNTuple in an open file, by name."""
    names = file.keys(cycle=False, filter_classname=["TTree", "ROOT::RNTuple"])
    return {name: int(file[name].num_entries) for name in dict.fromkeys(names)}


def _runs(file: Any) -> tuple[float | None, int | None]:
    """Return Σw and number of the generated events from the ``Runs`` tree, if there is one."""
    if RUNS not in file.keys(cycle=False):
        return None, None
    runs = file[RUNS]
    sumw, count = _total(runs, SUMW), _total(runs, COUNT)
    return sumw, None if count is None else int(count)


def _total(tree: Any, spellings: tuple[str, ...]) -> float | None:
    names = set(tree.keys(recursive=False))
    for name in spellings:
        if name in names:
            return float(np.sum(tree[name].array(library="np")))
    return None


def survey(
    datasets: Iterable[Dataset],
    needed: dict[str, tuple[str, ...]],
    weight: str | None = None,
    lost: Callable[[LostFile], None] | None = None,
) -> tuple[FileInfo, ...]:
    """Return what is in every file, having checked that the chain can run on it.

    Some files are opened at a time; results and errors come in their order.

    Parameters
    ----------
    datasets
        The datasets to look at.
    needed
        Branches that each observable reads.
    weight
        Branch of the event weight.
    lost
        Called with each file that cannot be used, which is then left out; without it
        the first one is an error. A dataset that is left without files always is.

    Raises
    ------
    FilesetError
        As `survey_file`, or if a dataset has no events at all.
    MissingBranchError
        Naming branch, observable, file and the nearest branches.
    """
    wanted = needed if weight is None else {**needed, "the event weight": (weight,)}
    infos = []
    for dataset in datasets:
        files: list[FileInfo] = []
        surveyed = ahead(partial(survey_file, dataset), dataset.files, THREADS)
        for position, (path, future) in enumerate(surveyed, start=1):
            try:
                info = future.result()
            except FilesetError as error:
                if lost is None or (position == len(dataset.files) and not files):
                    raise
                lost(LostFile(dataset.name, path, str(error).split("\n")[0]))
                continue
            check_branches(info, wanted)
            files.append(info)
        if not any(info.entries for info in files):
            msg = (
                f"dataset {dataset.name!r} has no events: tree {dataset.tree!r} is empty in all of "
                f"its {len(files)} files, the first is {files[0].path}"
            )
            raise FilesetError(msg)
        infos += files
    _check_copies(infos)
    return tuple(infos)


def _check_copies(infos: list[FileInfo]) -> None:
    """Raise `FilesetError` if one file is there under two paths."""
    seen: dict[str, FileInfo] = {}
    for info in infos:
        first = seen.setdefault(info.uuid, info)
        if first is not info:
            other = "" if first.dataset == info.dataset else f" in dataset {first.dataset!r}"
            msg = (
                f"dataset {info.dataset!r}: {info.path} is a copy of {first.path}{other} "
                f"(both have uuid {info.uuid}): its events would count double"
            )
            raise FilesetError(msg)


def check_branches(info: FileInfo, needed: dict[str, tuple[str, ...]]) -> None:
    """Raise `MissingBranchError` if a needed branch is not in the tree of `info`."""
    present = set(info.branches)
    for user, branches in needed.items():
        for branch in branches:
            if branch not in present:
                msg = (
                    f"{branch} is not in tree {info.tree!r}\n"
                    f"  needed by  {user} ({', '.join(branches)})\n"
                    f"  in file    {info.path}, dataset {info.dataset!r}\n"
                    f"  nearest    {nearest(branch, info.branches)}"
                )
                raise MissingBranchError(msg)
