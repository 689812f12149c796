"""The processors that come with coffea-lcf."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def supplied() -> Path:
    """Return the folder of the supplied processors.

    The wheel holds them inside the package; in a clone of the repository they lie beside it,
    where they are read and edited.
    """
    packaged = PACKAGE / "processors"
    return packaged if packaged.is_dir() else PACKAGE.parent / "processors"
