"""Write the folder of a new analysis."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from coffea_lcf import __version__
from coffea_lcf.errors import FilesetError, OutputError
from coffea_lcf.workflow.init.candidates import Candidate, candidates
from coffea_lcf.workflow.init.configuration import blanks, proposed
from coffea_lcf.workflow.init.formats import Format
from coffea_lcf.workflow.init.samples import Sample, samples
from coffea_lcf.workflow.inspect import Inspection, inspect_file
from coffea_lcf.writing import write_text

TEMPLATE = Path(__file__).parent / "template"
CONFIG, FILESET = "analysis.yaml", "filesets/samples.json"
RENAMED = {"gitignore": ".gitignore"}
"""Files of the template that would mean something to git where they lie."""


@dataclass(frozen=True)
class NewAnalysis:
    """What was written.

    Attributes
    ----------
    folder
        Where it is.
    files
        The written files, relative to `folder`.
    samples
        The datasets.
    proposed
        The observables that the configuration cuts.
    offered
        How many observables vary in the files.
    """

    folder: Path
    files: tuple[str, ...]
    samples: tuple[Sample, ...]
    proposed: tuple[Candidate, ...]
    offered: int


def write_repository(
    folder: Path, signal: Iterable[str], background: Iterable[str], tree: str | None = None
) -> NewAnalysis:
    """Write the folder of an analysis that separates some files from others.

    Parameters
    ----------
    folder
        New, or without the files that are written.
    signal, background
        A dataset each: a path, glob or address, or ``NAME=`` before it.
    tree
        Name of the tree in all files; by default ``Events`` or the one with most entries.

    Raises
    ------
    OutputError
        If one of the files to write is there already; then none is written.
    FilesetError
        For files that are missing, have no such tree, no events or nothing to cut.
    """
    found = samples(signal, background)
    first = [_first_file(one, tree) for one in found]
    trees = {one.tree for one in first}
    if len(trees) > 1:
        msg = f"the files have different trees ({', '.join(sorted(trees))}): choose with --tree"
        raise FilesetError(msg)
    layout, offered = candidates(found, first)
    filled = {**blanks(found, first, layout, offered), **_said(folder, layout)}
    fileset = _fileset(found, first[0].tree, (folder / FILESET).resolve().parent)
    texts = {**_templates(filled), FILESET: fileset, **_processors(layout)}
    _check_free(folder, texts)
    for path, text in texts.items():
        write_text(folder / path, text)
    return NewAnalysis(folder, tuple(sorted(texts)), found, tuple(proposed(offered)), len(offered))


def _first_file(sample: Sample, tree: str | None) -> Inspection:
    """Return what is in the first file of `sample` that has events."""
    for file in sample.files:
        found = inspect_file(file, tree)
        if found.trees[found.tree]:
            return found
    msg = f"dataset {sample.name!r} has no events: tree {found.tree!r} is empty in all of its "
    msg += f"{len(sample.files)} files, the first is {sample.files[0]}"
    raise FilesetError(msg)


def _templates(filled: dict[str, str]) -> dict[str, str]:
    """Return the text of each file of the template; a dollar before other names stays."""
    return {
        RENAMED.get(path.name, path.name): Template(
            path.read_text(encoding="utf-8")
        ).safe_substitute(filled)
        for path in sorted(TEMPLATE.iterdir())
    }


def _said(folder: Path, layout: Format) -> dict[str, str]:
    """Return what fills the other blanks: name, version, the processor's line in the README."""
    name = re.sub(r"\W+", "_", folder.resolve().name, flags=re.ASCII).strip("_") or "analysis"
    row = f"| `processors/{layout.file}` | computes the observables; yours to edit |\n"
    return {"name": name, "version": __version__, "processors": row if layout.file else ""}


def _processors(layout: Format) -> dict[str, str]:
    """Return the supplied processor by its new place, if the files need one."""
    if not layout.file:
        return {}
    return {f"processors/{layout.file}": layout.source.read_text(encoding="utf-8")}


def _fileset(found: Sequence[Sample], tree: str, folder: Path) -> str:
    """Return the datasets in coffea's form; files beside the analysis by their relative path."""
    document = {
        one.name: {"files": {_from(folder, file): tree for file in one.files}} for one in found
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _from(folder: Path, file: str) -> str:
    inside = "://" not in file and folder.parent in Path(file).parents
    return os.path.relpath(file, folder) if inside else file


def _check_free(folder: Path, paths: Iterable[str]) -> None:
    """Raise `OutputError` if one of `paths` is in `folder` already."""
    there = [path for path in paths if os.path.lexists(folder / path)]
    if there:
        msg = f"{folder} holds {', '.join(sorted(there))} already, and nothing is replaced\n"
        msg += "  choose another folder, or move them away"
        raise OutputError(msg)
