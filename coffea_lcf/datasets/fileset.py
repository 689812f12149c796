"""From the datasets of a configuration to lists of files."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from coffea_lcf.config import LoadedConfig
from coffea_lcf.datasets.paths import find
from coffea_lcf.errors import FilesetError


@dataclass(frozen=True)
class Dataset:
    """Files of one physics process.

    Attributes
    ----------
    name
        Name of the dataset.
    files
        Absolute paths or remote addresses, sorted within a glob.
    tree
        Name of the tree in each file.
    label
        ``signal`` or ``background``.
    cross_section
        In pb; None counts Σw as it is.
    sample
        ``all``, ``train`` or ``test``: what the fit may use the events for.
    sumw
        Σw before any skim, where configuration or fileset say so; None leaves it to
        the files.
    """

    name: str
    files: tuple[str, ...]
    tree: str
    label: str
    cross_section: float | None = None
    sample: str = "all"
    sumw: float | None = None


def resolve_datasets(loaded: LoadedConfig) -> tuple[Dataset, ...]:
    """Return the datasets of a configuration with their files found.

    Raises
    ------
    FilesetError
        For a path or glob that matches nothing, and a file that is listed twice, in
        one dataset or in two.
    """
    owners: dict[Hashable, tuple[str, str]] = {}
    return tuple(
        Dataset(
            name,
            tuple(_files(name, section.files, loaded, owners)),
            section.tree or loaded.config.tree,
            section.label,
            section.cross_section,
            section.sample,
            section.sumw,
        )
        for name, section in loaded.config.datasets.items()
    )


def _files(
    name: str,
    entries: Iterable[str],
    loaded: LoadedConfig,
    owners: dict[Hashable, tuple[str, str]],
) -> Iterator[str]:
    """Yield the files of the dataset `name`; `owners` keeps dataset and path of each file."""
    where = f"{loaded.path.name}: datasets.{name}.files"
    for entry in entries:
        for found in find(entry, loaded.folder, where):
            if found.identity in owners:
                raise FilesetError(_twice(where, name, found.path, *owners[found.identity]))
            owners[found.identity] = name, found.path
            yield found.path


def _twice(where: str, name: str, path: str, owner: str, first: str) -> str:
    if owner == name:
        also = "" if path == first else f" ({path} is the same file)"
        return f"{where} lists {first} twice: its events would count double{also}"
    return (
        f"{where} lists {path}, which is in dataset {owner!r}: its events would count in both\n"
        f"  give each file to one dataset"
    )
