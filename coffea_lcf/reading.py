"""JSON from other people's files: what it says twice, or cannot mean, is an error."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from pathlib import Path
from typing import Any

LARGEST = 1 << 30
"""Bytes that a compressed file may unpack to."""


def read_json(path: str | Path) -> Any:
    """Return the content of the JSON file `path`, which may be compressed as ``.gz``.

    Stricter than `json.load`: NaN, numbers that overflow, keys written twice and letters
    that are none (lone surrogates) are refused, for each would fail later, or silently
    mean something else.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not JSON, with the reason.
    """
    return parse_json(_text(Path(path)))


def parse_json(text: str) -> Any:
    """Return the value that `text` says in JSON; ``ValueError`` as `read_json`."""
    try:
        document = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_unique
        )
        if "\\ud" in text.lower():
            check_letters(document)
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error
    return document


def check_letters(document: Any) -> None:
    """Raise ``ValueError`` if a text in `document` cannot be written down as UTF-8."""
    try:
        json.dumps(document, ensure_ascii=False, default=str, skipkeys=True).encode()
    except UnicodeEncodeError as error:
        msg = f"it holds {error.object[error.start]!a}, which is half a letter"
        raise ValueError(msg) from error


def _text(path: Path) -> str:
    if path.suffix != ".gz":
        return path.read_text(encoding="utf-8")
    try:
        with gzip.open(path) as file:
            content = file.read(LARGEST + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        msg = f"it is no intact gzip file: {error}"
        raise ValueError(msg) from error
    if len(content) > LARGEST:
        msg = f"it unpacks to more than {LARGEST >> 20} MB"
        raise ValueError(msg)
    return content.decode("utf-8")


def _refuse(constant: str) -> None:
    msg = f"{constant} is no JSON"
    raise ValueError(msg)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        msg = f"the number {text:.20} is too large"
        raise ValueError(msg)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        msg = f"the key {twice!r} is written twice"
        raise ValueError(msg)
    return found
