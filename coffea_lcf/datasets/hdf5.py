"""Public jets in HDF5: h5py where it is needed, errors in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coffea_lcf.errors import FilesetError, MissingExtraError


@contextmanager
def opened(path: str | Path, jets: str) -> Iterator[Any]:
    """Yield the open file of h5py at `path`.

    Parameters
    ----------
    path
        The file.
    jets
        What it holds, for the message where h5py is not installed.

    Raises
    ------
    MissingExtraError
        If h5py is not installed.
    FilesetError
        If the file is missing, no HDF5 file, or damaged where it is read in the block.
    """
    try:
        import h5py
    except ImportError as error:
        msg = (
            "package 'h5py' is not installed\n"
            f"  needed by  {jets}\n"
            "  install    pip install 'coffea-lcf[hepjets]'"
        )
        raise MissingExtraError(msg) from error
    try:
        with h5py.File(path, "r") as file:
            yield file
    except OSError as error:
        if isinstance(error, FilesetError):
            raise
        msg = f"cannot read {path} as HDF5: {error}"
        raise FilesetError(msg) from error


def stored(file: Any, name: str) -> Any:
    """Return the dataset `name` of an open file, not yet read; `FilesetError` without it."""
    if name not in file:
        msg = f"no dataset {name!r} in {file.filename}\n  it has     {', '.join(file) or '(none)'}"
        raise FilesetError(msg)
    return file[name]
