"""A first look at a file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import open_root, survey_file, trees_in
from coffea_lcf.errors import FilesetError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.load import processors_in


@dataclass(frozen=True)
class Inspection:
    """What is in a file.

    Attributes
    ----------
    path, tree
        The file and the tree that was looked into.
    trees
        Entries by tree.
    branches
        Type by branch of `tree`.
    sumw
        Σw of the ``Runs`` tree, if there is one.
    computable
        Observables that the processors can compute from the branches, by class.
    lacking
        Branches that are missing, by class and observable.
    """

    path: str
    tree: str
    trees: dict[str, int]
    branches: dict[str, str]
    sumw: float | None
    computable: dict[str, tuple[Observable, ...]]
    lacking: dict[str, dict[str, tuple[str, ...]]]


def inspect_file(
    path: str, tree: str | None = None, processor_files: tuple[Path, ...] = ()
) -> Inspection:
    """Return what is in `path`, and what the processors of some files could compute from it.

    Raises
    ------
    FilesetError
        If the file cannot be opened, has no trees, or not the given one.
    ConfigError
        If a processor file cannot be loaded.
    """
    with open_root(path, "inspect") as file:
        trees = trees_in(file)
        if not trees:
            msg = f"{path} holds no tree"
            raise FilesetError(msg)
        name = tree or max(trees, key=lambda one: (one == "Events", trees[one]))
        info = survey_file(Dataset("inspect", (path,), name, "signal"), path)
        branches = {branch: str(file[name][branch].typename) for branch in info.branches}
    computable: dict[str, tuple[Observable, ...]] = {}
    lacking: dict[str, dict[str, tuple[str, ...]]] = {}
    for processor_file in processor_files:
        for kind in processors_in(processor_file.resolve()):
            title = kind.__name__
            computable[title], lacking[title] = what_it_can(kind, branches)
    return Inspection(path, name, trees, branches, info.sumw, computable, lacking)


def what_it_can(
    kind: type[ObservableProcessor], branches: Collection[str], **options: Any
) -> tuple[tuple[Observable, ...], dict[str, tuple[str, ...]]]:
    """Return the observables that `kind` can compute from `branches`, and what others lack."""
    present = set(branches)
    needed = kind([one.name for one in kind.catalogue], **options).needed_branches()
    lacking = {
        name: tuple(branch for branch in wanted if branch not in present)
        for name, wanted in needed.items()
        if not present.issuperset(wanted)
    }
    return tuple(one for one in kind.catalogue if one.name not in lacking), lacking
