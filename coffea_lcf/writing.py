"""Outputs are written beside their final name and renamed, so none is ever half-written."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import uuid4

from coffea_lcf.errors import LCFError, OutputError

_kept: ContextVar[bool] = ContextVar("_kept", default=True)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Keep no file that is written in the block: for a process that repeats another's work."""
    token = _kept.set(False)
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path next to `path` and rename it there on success.

    On any exception the temporary file is removed and `path` keeps what it held, as it
    does within `nothing_written`.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written.
    """
    target = Path(path)
    if not _kept.get():
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / target.name
        return
    # the suffix stays last, because ROOT, Parquet and matplotlib choose the format by it; numbers
    # of processes are the same on several machines, which may share the folder
    part = target.with_name(f".{target.stem}.{uuid4().hex[:12]}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, LCFError) or not _is_about_writing(error, part):
            raise
        msg = (
            f"cannot write {target}: {error.strerror or error}\n"
            f"  choose a folder that you may write, with free space: --output DIR"
        )
        raise OutputError(msg) from error


def _is_about_writing(error: OSError, part: Path) -> bool:
    """Tell a failure of the output from one of an input that is read inside the block.

    A full disk names no file; making the folder names one of the folders.
    """
    if error.filename is None:
        return error.errno is not None
    return Path(os.fsdecode(error.filename)) in (part, *part.parents)


def write_text(path: str | Path, text: str) -> Path:
    """Write `text` (UTF-8) to `path`, beside and renamed; return the path."""
    with written_beside(path) as part:
        part.write_text(text, encoding="utf-8")
    return Path(path)


def write_json(path: str | Path, document: Any) -> Path:
    """Write `document` as indented JSON to `path`, beside and renamed.

    NaN and infinity are refused (``ValueError``): they are not JSON.
    """
    return write_text(path, json.dumps(document, indent=2, allow_nan=False) + "\n")
