"""Files that the workers write, one a chunk, and that together are one output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

Piece = TypeVar("Piece", bound=Mapping[str, Any])
"""What is told of a file: ``file`` and ``bytes``, ``source`` and ``start`` of its events."""


def in_order(pieces: Iterable[Piece], files: Sequence[str]) -> list[Piece]:
    """Return the pieces of one dataset in the order of their events in its input `files`.

    However the executor finished the chunks.
    """
    place = {path: number for number, path in enumerate(files)}
    return sorted(pieces, key=lambda piece: (place[piece["source"]], piece["start"]))


def are_there(pieces: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether all files are still as they were written."""
    sizes = {Path(piece["file"]): piece["bytes"] for piece in pieces}
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes.items())
