"""The paths that a pattern matches, found in bounded time.

`glob.glob` follows links in a circle (``/proc`` has some) and multiplies folders that a
pattern enters again through ``..``: a slip of the pen such as ``/**`` never ends.
"""

from __future__ import annotations

import fnmatch
import glob
import itertools
import os
from collections.abc import Iterator, Sequence

from coffea_lcf.errors import FilesetError

MOST = 50_000
"""Folders that one pattern may look into."""

ANY = "**"


def matches(pattern: str, where: str) -> list[str]:
    """Return the paths that match `pattern`, sorted, by the rules of `glob.glob`.

    ``**`` stands for any number of folders. It follows links, and enters each folder
    once however many links lead there.

    Parameters
    ----------
    pattern
        Components of a path with ``*``, ``?`` and ``[...]``; hidden files match where
        their dot is written.
    where
        Place in the configuration, for messages.

    Raises
    ------
    FilesetError
        If more than `MOST` folders would have to be looked into.
    """
    if "\0" in pattern:
        return []
    *parts, last = pattern.split(os.sep)  # noqa: PTH206 (an end that is empty means a folder)
    parts = [*filter(None, parts), last]
    if last == ANY:
        parts.append("*")
    start = os.sep if pattern.startswith(os.sep) else ""
    looks = itertools.count(1)
    try:
        return sorted(set(_matching(start, parts, looks)))
    except RecursionError as error:
        msg = f"{where}: {pattern[:300]!r}: folders are nested too deeply"
        raise FilesetError(msg) from error
    except _TooManyError as error:
        msg = f"{where}: {pattern[:300]!r} looks into more than {MOST} folders: name those that "
        msg += "hold the files"
        raise FilesetError(msg) from error


class _TooManyError(Exception):
    """The pattern leads into too many folders."""


def _matching(folder: str, parts: Sequence[str], looks: Iterator[int]) -> Iterator[str]:
    """Yield what lies under `folder` and matches the components `parts`."""
    if not parts:
        yield folder
        return
    first, rest = parts[0], parts[1:]
    if first == ANY:
        for inner in _folders(folder, looks, set()):
            yield from _matching(inner, rest, looks)
    elif glob.has_magic(first):
        for entry in _listed(folder, looks):
            hidden = entry.name.startswith(".") and not first.startswith(".")
            if not hidden and fnmatch.fnmatchcase(entry.name, first):
                yield from _matching(os.path.join(folder, entry.name), rest, looks)  # noqa: PTH118 (many)
    elif os.path.lexists(path := os.path.join(folder, first)):  # noqa: PTH118 (many)
        yield from _matching(path, rest, looks)


def _folders(folder: str, looks: Iterator[int], seen: set[tuple[int, int]]) -> Iterator[str]:
    """Yield `folder` and all folders below that are not hidden, each once."""
    yield folder
    for entry in _listed(folder, looks):
        identity = None if entry.name.startswith(".") else _identity(entry)
        if identity is not None and identity not in seen:
            seen.add(identity)
            yield from _folders(os.path.join(folder, entry.name), looks, seen)  # noqa: PTH118 (many)


def _listed(folder: str, looks: Iterator[int]) -> list[os.DirEntry[str]]:
    """Return what lies in `folder` by name; nothing where that cannot be told."""
    if next(looks) > MOST:
        raise _TooManyError
    try:
        with os.scandir(folder or os.curdir) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _identity(entry: os.DirEntry[str]) -> tuple[int, int] | None:
    """Return what all names of a folder have in common; None if it is none."""
    try:
        status = entry.stat() if entry.is_dir() else None
    except OSError:  # gone meanwhile, or a link that leads nowhere
        return None
    return None if status is None else (status.st_dev, status.st_ino)
