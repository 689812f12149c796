"""From an entry under ``files`` to the files that it means."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coffea_lcf.datasets.wildcards import matches
from coffea_lcf.errors import FilesetError

LIST, COMMENT = "@", "#"

LONGEST_SHOWN = 300
"""Letters of a name in a message."""


@dataclass(frozen=True)
class FoundFile:
    """A file, and what two names of the same file have in common.

    Attributes
    ----------
    path
        Absolute path or remote address.
    identity
        Equal for two names of one file, through links too; of an address itself.
    """

    path: str
    identity: Hashable


def find(entry: str, folder: Path, where: str) -> Iterator[FoundFile]:
    """Yield the files that `entry` means, those of a glob sorted.

    Parameters
    ----------
    entry
        A path, a glob, an address such as ``root://...``, or a text file that lists
        such entries one a line (``@FILE``, or a name that ends in ``.txt``).
    folder
        Where relative paths start from; for the lines of a list, its own folder.
    where
        Place in the configuration, for messages.

    Raises
    ------
    FilesetError
        For a path that is no file, and a glob that matches none.
    """
    if not is_list(entry):
        yield from _one(entry, folder, where)
        return
    for found in _one(entry.removeprefix(LIST), folder, where):
        for number, line in _lines(found.path, where):
            place = f"{where}, {Path(found.path).name} line {number}"
            if is_list(line):
                msg = f"{place}: {_shown(line)} is a list in a list: name it in the configuration"
                raise FilesetError(msg)
            yield from _one(line, Path(found.path).parent, place)


def is_list(entry: str) -> bool:
    """Tell whether `entry` names a text file with a list of files."""
    return entry.startswith(LIST) or (entry.endswith(".txt") and "://" not in entry)


def _one(entry: str, folder: Path, where: str) -> Iterator[FoundFile]:
    if "://" in entry:
        yield FoundFile(entry, entry)
        return
    own = os.path.expanduser(entry)  # noqa: PTH111 (many)
    # joined by os.path rules: an absolute entry stays as it is
    path = os.path.join(folder, own)  # noqa: PTH118 (many)
    if not glob.has_magic(entry):
        yield _checked(entry, path, where)
        return
    # a bracket in the folder is a letter
    pattern = os.path.join(glob.escape(str(folder)), own)  # noqa: PTH118
    # a glob with ** finds folders as well
    names = (name for name in matches(pattern, where) if not os.path.isdir(name))  # noqa: PTH112
    found = [_checked(entry, name, where) for name in names]
    if not found:
        msg = f"{where}: {_shown(entry)} matches no file\n  looked for {_shown(path)}"
        raise FilesetError(msg)
    yield from found


def _checked(entry: str, name: str, where: str) -> FoundFile:
    """Return the local file `name`: one look at the disk, for there may be many."""
    path = os.path.normpath(name)
    try:
        # only .. can mean another folder than it seems to, behind a link
        path = os.path.realpath(name) if ".." in name else path
        status = os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        msg = f"{where}: no such file: {_shown(entry)}\n  looked for {_shown(path)}"
        raise FilesetError(msg) from error
    except OSError as error:
        msg = f"{where}: cannot look at {_shown(entry)}: {error.strerror}"
        raise FilesetError(msg) from error
    if stat.S_ISDIR(status.st_mode):
        msg = f"{where}: no such file: {entry}\n  {path} is a folder: add /*.root"
        raise FilesetError(msg)
    return FoundFile(path, (status.st_dev, status.st_ino) if status.st_ino else path)


def _shown(name: str) -> str:
    """Return `name` in one line, and not longer than names are."""
    visible = name if name.isprintable() else ascii(name)
    return visible if len(visible) <= LONGEST_SHOWN else f"{visible[:LONGEST_SHOWN]}..."


def _lines(path: str, where: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a list with their numbers, without comments and empty ones."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{where}: cannot read the list {path}: {error.strerror}"
        raise FilesetError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{where}: {path} is not a text file with one path a line"
        raise FilesetError(msg) from error
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.split(f" {COMMENT}", 1)[0].strip()
        if entry and not entry.startswith(COMMENT):
            yield number, entry
