"""From the datasets of a configuration to lists of files."""

from __future__ import annotations

import glob
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from coffea_lcf.config import LoadedConfig
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
    """

    name: str
    files: tuple[str, ...]
    tree: str
    label: str
    cross_section: float | None = None
    sample: str = "all"


def resolve_datasets(loaded: LoadedConfig) -> tuple[Dataset, ...]:
    """Return the datasets of a configuration with their files found.

    Raises
    ------
    FilesetError
        For a path or glob that matches nothing, and a file that is listed twice.
    """
    datasets = []
    for name, section in loaded.config.datasets.items():
        where = f"{loaded.path.name}: datasets.{name}.files"
        files = [path for entry in section.files for path in _expand(entry, loaded.folder, where)]
        twice = [path for path, count in Counter(files).items() if count > 1]
        if twice:
            msg = f"{where} lists {twice[0]} twice: its events would count double"
            raise FilesetError(msg)
        datasets.append(
            Dataset(
                name,
                tuple(files),
                section.tree or loaded.config.tree,
                section.label,
                section.cross_section,
                section.sample,
            )
        )
    return tuple(datasets)


def _expand(entry: str, folder: Path, where: str) -> list[str]:
    if "://" in entry:
        return [entry]
    # joined by os.path rules: an absolute entry stays as it is
    pattern = str(folder / Path(entry).expanduser())
    if not glob.has_magic(entry):
        path = Path(pattern).resolve()
        if not path.is_file():
            msg = f"{where}: no such file: {entry}\n  looked for {path}"
            raise FilesetError(msg)
        return [str(path)]
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (absolute pattern)
    if not found:
        msg = f"{where}: {entry} matches no file\n  looked for {pattern}"
        raise FilesetError(msg)
    return [str(Path(path).resolve()) for path in found]
