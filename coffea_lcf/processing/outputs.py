"""Outputs of a chunk as arrays and JSON in one ``.npz`` file, which executes nothing when read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import hist
import numpy as np
from boost_histogram.serialization import to_uhi
from numpy.typing import NDArray

from coffea_lcf.cutflow import Cutflow
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.writing import written_beside

ARRAY, HISTOGRAM, RECORD = "!array", "!histogram", "!record"
RECORDS: dict[str, type[Any]] = {"Chunk": Chunk, "Cutflow": Cutflow}
DOCUMENT = "document"

Array = NDArray[Any]


def save_output(path: Path, output: Any) -> None:
    """Write `output` to `path`: plain values, arrays, histograms, chunks and cut-flows.

    Raises
    ------
    OutputError
        If the file cannot be written.
    TypeError
        For an object of another kind.
    """
    arrays: list[Array] = []
    document = np.frombuffer(json.dumps(_packed(output, arrays)).encode(), np.uint8)
    content: dict[str, Any] = {str(number): array for number, array in enumerate(arrays)}
    content[DOCUMENT] = document
    with written_beside(path) as part:
        np.savez(part, **content)


def load_output(path: Path) -> Any:
    """Return what `save_output` wrote.

    Raises
    ------
    EOFError, OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile
        If the file is missing or damaged.
    """
    with np.load(path, allow_pickle=False) as stored:
        document = json.loads(stored[DOCUMENT].tobytes())
        arrays = [stored[str(number)] for number in range(len(stored.files) - 1)]
    return _unpacked(document, arrays)


def _packed(value: Any, arrays: list[Array]) -> Any:
    """Return `value` as JSON, with its arrays put into `arrays`."""
    if isinstance(value, dict):
        return {key: _packed(one, arrays) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(one, arrays) for one in value]
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {ARRAY: len(arrays) - 1}
    if isinstance(value, hist.Hist):
        return {HISTOGRAM: _packed(to_uhi(value), arrays)}
    if isinstance(value, Chunk | Cutflow):
        content = {one.name: getattr(value, one.name) for one in fields(value)}
        return {RECORD: type(value).__name__, **_packed(content, arrays)}
    return value


def _unpacked(value: Any, arrays: Sequence[Array]) -> Any:
    if isinstance(value, list):
        return [_unpacked(one, arrays) for one in value]
    if not isinstance(value, dict):
        return value
    if ARRAY in value:
        return arrays[value[ARRAY]]
    content = {key: _unpacked(one, arrays) for key, one in value.items()}
    if HISTOGRAM in content:
        return hist.Hist(content[HISTOGRAM])
    if RECORD in content:
        return RECORDS[content.pop(RECORD)](**content)
    return content
