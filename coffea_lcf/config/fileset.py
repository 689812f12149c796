"""The fileset file that a configuration names: coffea's, PocketCoffea's or that of our skims."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError

from coffea_lcf.errors import ConfigError, FilesetError, nearest
from coffea_lcf.reading import read_json

LABELS = ("signal", "background")
SAMPLES = ("all", "train", "test")

FORMS = (
    "coffea: {dataset: {files: {path: tree}, metadata}}, also as dataset_tools.preprocess writes "
    "it, or PocketCoffea: {dataset: {files: [path], metadata: {xsec}}}"
)


class _File(BaseModel):
    """A file as ``coffea.dataset_tools.preprocess`` describes it."""

    object_path: str
    steps: list[tuple[int, int]] | None = None
    num_entries: int | None = None


class _Metadata(BaseModel):
    """What we use of the metadata. PocketCoffea writes numbers as texts, which count as well."""

    label: Any = None
    sample: Any = None
    tree: str | None = Field(None, validation_alias="treename")
    cross_section: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, validation_alias=AliasChoices("cross_section", "xsec", "xs")
    )
    sumw: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, validation_alias=AliasChoices("sumw", "sum_genweights")
    )


class _Entry(BaseModel):
    """A dataset of a fileset."""

    files: list[str] | dict[str, str | _File | None]
    tree: str | None = Field(None, validation_alias="treename")
    metadata: _Metadata | None = None


_FORM = TypeAdapter(dict[str, _Entry])


def with_fileset(document: Any, where: Path) -> Any:
    """Return a configuration with the datasets of its ``fileset`` beside its own.

    With a section ``datasets`` only the datasets that it names are taken, and what it
    says of them counts more than the fileset; without one, all of them.

    Parameters
    ----------
    document
        Content of the configuration file, not yet validated.
    where
        Its path, from whose folder the path of the fileset starts.

    Raises
    ------
    FilesetError
        If the fileset cannot be read or has another form.
    ConfigError
        If a dataset is in neither, in both with files, or has no label.
    """
    if not isinstance(document, dict) or not isinstance(document.get("fileset"), str):
        return document
    path = where.parent / document["fileset"]
    own = document.get("datasets")
    if own is not None and not isinstance(own, dict):
        return document  # the schema tells what is wrong
    listed = read_fileset(path)
    sections = dict.fromkeys(listed) if own is None else own
    place = f"{where.name}: datasets"
    datasets = {
        name: _merged(str(name), {} if section is None else section, listed, path, place)
        for name, section in sections.items()
    }
    _check_labels(datasets, path, where)
    return {**document, "datasets": datasets}


def read_fileset(path: Path) -> dict[str, dict[str, Any]]:
    """Return the datasets of the fileset file `path` as sections of a configuration.

    Relative paths start from the folder of the fileset.

    Raises
    ------
    FilesetError
        If it cannot be read, is in no known form, or says what we cannot do: several
        trees in a dataset, or a part of the events of a file.
    """
    try:
        entries = _FORM.validate_python(read_json(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(f"{part!s:.80}" for part in first["loc"]) or "top level"
        msg = f"{path} is no fileset: {place}: {first['msg']} (got {first['input']!r:.60})\n"
        msg += f"  known forms  {FORMS}"
        raise FilesetError(msg) from error
    except OSError as error:
        msg = f"cannot read the fileset {path}: {error.strerror or error}"
        raise FilesetError(msg) from error
    except ValueError as error:
        msg = f"{path} is no fileset: not valid JSON ({error})"
        raise FilesetError(msg) from error
    return {name: _section(name, entry, path) for name, entry in entries.items()}


def _section(name: str, entry: _Entry, path: Path) -> dict[str, Any]:
    metadata = entry.metadata or _Metadata.model_validate({})
    found = {
        "files": _absolute(entry.files, path.parent.resolve()),
        "label": metadata.label if metadata.label in LABELS else None,
        "sample": metadata.sample if metadata.sample in SAMPLES else None,
        "tree": _tree(name, entry, path) or metadata.tree,
        "cross_section": metadata.cross_section,
        "sumw": metadata.sumw,
    }
    return {key: value for key, value in found.items() if value is not None}


def _absolute(files: Iterable[str], folder: Path) -> list[str]:
    """Return `files` from `folder`, in which a bracket is a letter and no glob."""
    return [
        file if "://" in file else glob.escape(os.path.join(folder, file))  # noqa: PTH118 (many)
        for file in files
    ]


def _tree(name: str, entry: _Entry, path: Path) -> str | None:
    """Return the tree of all files of a dataset, having checked that all events are meant."""
    if isinstance(entry.files, list):
        return entry.tree
    trees = set()
    for file, one in entry.files.items():
        if isinstance(one, _File):
            _check_whole(name, file, one, path)
            trees.add(one.object_path)
        elif one is not None:
            trees.add(one)
    if len(trees) > 1:
        msg = f"{path}: dataset {name!r} reads several trees ({', '.join(sorted(trees))}): "
        msg += "make each tree a dataset of its own"
        raise FilesetError(msg)
    return trees.pop() if trees else entry.tree


def _check_whole(name: str, file: str, described: _File, path: Path) -> None:
    """Raise `FilesetError` if the steps of a file leave out events, which we would read."""
    steps = sorted(described.steps or [])
    if not steps:
        return
    gaps = [after for (_, stop), (after, _) in pairwise(steps) if stop != after]
    end = steps[-1][1]
    if steps[0][0] or gaps or described.num_entries not in (None, end):
        msg = (
            f"{path}: dataset {name!r}: the steps of {file} are a part of its "
            f"{described.num_entries} events, but all are read\n"
            f"  write the fileset without limit_steps, or leave out the steps"
        )
        raise FilesetError(msg)


def _merged(
    name: str, own: Any, listed: Mapping[str, dict[str, Any]], path: Path, place: str
) -> Any:
    """Return what configuration and fileset say of one dataset together."""
    if not isinstance(own, dict):
        return own  # the schema tells what is wrong
    if "files" in own and name in listed:
        msg = f"{place}.{name} has files, and {path.name} has a dataset of that name: rename one"
        raise ConfigError(msg)
    if "files" in own:
        return own
    if name not in listed:
        msg = f"{place}.{name} has no files, and {path.name} no such dataset\n"
        msg += f"  nearest  {nearest(name, listed)}"
        raise ConfigError(msg)
    return {**listed[name], **own}


def _check_labels(datasets: Mapping[str, Any], path: Path, where: Path) -> None:
    without = [
        name for name, one in datasets.items() if isinstance(one, dict) and "label" not in one
    ]
    if without:
        shown = ", ".join(without[:5]) + (", ..." if without[5:] else "")
        msg = (
            f"{path.name} does not tell signal from background: {shown}\n"
            f"  name the datasets to use in {where.name}, as\n"
            f"    datasets: {{{without[0]}: {{label: signal}}, ...}}"
        )
        raise ConfigError(msg)
