"""The files of a new analysis: a name and a list for each dataset."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coffea_lcf.datasets.paths import find
from coffea_lcf.errors import FilesetError

NAMED = re.compile(r"([A-Za-z_]\w*)=(.+)", re.ASCII)


@dataclass(frozen=True)
class Sample:
    """A dataset as the command line gives it.

    Attributes
    ----------
    name
        Given as ``NAME=GLOB``, or what the names of the files have in common.
    label
        ``signal`` or ``background``.
    files
        Absolute paths or addresses.
    """

    name: str
    label: str
    files: tuple[str, ...]


def samples(signal: Iterable[str], background: Iterable[str]) -> tuple[Sample, ...]:
    """Return a dataset for each entry, ``GLOB`` or ``NAME=GLOB``, signals first.

    Raises
    ------
    FilesetError
        For an entry that matches no file, a file that two entries mean, or a name that is
        given twice.
    """
    found: dict[str, Sample] = {}
    owners: dict[str, str] = {}
    for label, entries in (("signal", signal), ("background", background)):
        for entry in entries:
            match = NAMED.fullmatch(entry)
            files = _files(match[2] if match else entry, f"--{label}")
            name = match[1] if match else _unused(_common(files) or label, found)
            if name in found:
                msg = f"--{label} {entry}: there is a dataset {name!r} already: give it another"
                msg += " name, NAME=GLOB"
                raise FilesetError(msg)
            for file in files:
                if owners.setdefault(file, name) != name:
                    msg = f"--{label} {entry}: {file} is in dataset {owners[file]!r} already, and "
                    msg += "its events would count double"
                    raise FilesetError(msg)
            found[name] = Sample(name, label, files)
    return tuple(found.values())


def _files(entry: str, where: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.path for one in find(entry, Path.cwd(), where)))


def _common(files: Sequence[str]) -> str:
    """Return what the names of `files` start with, without a number that tells them apart."""
    names = [file.rpartition("/")[2].removesuffix(".root") for file in files]
    shared = os.path.commonprefix(names)  # noqa: RUF071 (letters are meant, not folders)
    if len(files) > 1:
        shared = re.sub(r"[\d_.-]+$", "", shared)
    return re.sub(r"\W+", "_", shared, flags=re.ASCII).strip("_")


def _unused(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    numbered = (f"{name}_{number}" for number in range(2, len(names) + 3))
    return name if name not in names else next(one for one in numbered if one not in names)
