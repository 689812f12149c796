"""Files that the workers write, one a chunk, and that together are one output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

Chunk = TypeVar("Chunk")
Piece = TypeVar("Piece", bound=Mapping[str, Any])
"""What is told of a file: ``file`` and ``bytes``, ``source`` and ``start`` of its events."""


def in_order(pieces: Iterable[Piece], files: Sequence[str]) -> list[Piece]:
    """Return the pieces of one dataset `in_event_order`."""
    return in_event_order(pieces, files, lambda piece: (piece["source"], piece["start"]))


def in_event_order(
    chunks: Iterable[Chunk], files: Sequence[str], first: Callable[[Chunk], tuple[str, int]]
) -> list[Chunk]:
    """Return what came of the chunks of one dataset in the order of their events in its `files`.

    However the executor finished them.

    Parameters
    ----------
    chunks
        One thing a chunk.
    files
        The input of the dataset.
    first
        Gives the file and the first entry of a chunk.
    """
    number = {path: place for place, path in enumerate(files)}

    def place(chunk: Chunk) -> tuple[int, int]:
        path, entry = first(chunk)
        return number[path], entry

    return sorted(chunks, key=place)


def are_there(pieces: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether all files are still as they were written."""
    sizes = {Path(piece["file"]): piece["bytes"] for piece in pieces}
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes.items())
