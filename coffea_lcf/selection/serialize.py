"""Selections as JSON: versioned, validated, never pickled and never evaluated."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coffea_lcf.errors import SelectionError
from coffea_lcf.reading import read_json
from coffea_lcf.selection.cut import Case, Cut
from coffea_lcf.selection.selection import Selection
from coffea_lcf.writing import write_json

FORMAT = "coffea-lcf/selection"
VERSION = 1

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _CutEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    order: int
    observable: str = Field(min_length=1)
    case: Case
    lower: Finite | None
    upper: Finite | None
    unit: str = ""
    importance: Finite | None = None
    importance_spread: Finite | None = None
    lower_spread: Finite | None = None
    upper_spread: Finite | None = None
    fixed: bool = False


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal["coffea-lcf/selection"]
    version: Annotated[int, Field(ge=1)]
    threshold: Finite
    cuts: list[_CutEntry]
    unused: list[str] = []
    provenance: dict[str, Any] = {}


def to_document(selection: Selection) -> dict[str, Any]:
    """Return `selection` as plain JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "threshold": selection.threshold,
        "cuts": [{"order": order, **asdict(cut)} for order, cut in enumerate(selection.cuts, 1)],
        "unused": list(selection.unused),
        "provenance": dict(selection.provenance),
    }


def from_document(document: Any, where: str = "selection") -> Selection:
    """Return the selection described by plain JSON values.

    Raises
    ------
    SelectionError
        Naming `where` and the path into the document.
    """
    version = document.get("version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > VERSION:
        msg = (
            f"{where} has schema version {version}, newer than {VERSION}, "
            f"the newest that this coffea-lcf reads\n  upgrade coffea-lcf"
        )
        raise SelectionError(msg)
    try:
        parsed = _Document.model_validate(document)
        cuts = sorted(parsed.cuts, key=lambda cut: cut.order)
        _check_order([cut.order for cut in cuts], where)
        return Selection(
            cuts=tuple(Cut(**cut.model_dump(exclude={"order"})) for cut in cuts),
            unused=tuple(parsed.unused),
            threshold=parsed.threshold,
            provenance=parsed.provenance,
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(f"{part!s:.80}" for part in first["loc"]) or "top level"
        msg = f"{where} is not a selection: {place}: {first['msg']} (got {first['input']!r:.80})"
        raise SelectionError(msg) from error
    except SelectionError as error:
        msg = f"{where}: {error}"
        raise SelectionError(msg) from error


def _check_order(orders: list[int], where: str) -> None:
    twice = [order for order, following in pairwise(orders) if order == following]
    if twice:
        msg = f"{where}: two cuts have order {twice[0]}"
        raise SelectionError(msg)


def save(selection: Selection, path: str | Path) -> Path:
    """Write `selection` to `path` as JSON; see `Selection.save`."""
    try:
        return write_json(path, to_document(selection))
    except (TypeError, ValueError) as error:
        msg = f"the selection cannot be saved: its provenance or importance is no JSON: {error}"
        raise SelectionError(msg) from error


def load(path: str | Path) -> Selection:
    """Read a selection from `path`; see `Selection.load`."""
    try:
        document = read_json(path)
    except OSError as error:
        msg = f"cannot read the selection {path}: {error.strerror or error}"
        raise SelectionError(msg) from error
    except ValueError as error:
        msg = f"{path} is not a selection: not valid JSON ({error})"
        raise SelectionError(msg) from error
    return from_document(document, where=str(path))
