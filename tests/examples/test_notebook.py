"""The notebook of the examples runs, and prints what is stored in it."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import assert_printed

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "from_ntuple_to_skim.ipynb"
CELLS: list[dict[str, Any]] = [
    cell
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
]


def stored(cell: dict[str, Any], stream: str) -> str:
    """Return what `cell` has written to ``stdout`` or ``stderr``."""
    outputs = [one for one in cell["outputs"] if one.get("name") == stream]
    return "".join("".join(one["text"]) for one in outputs)


def test_it_was_executed_from_top_to_bottom_without_a_complaint() -> None:
    assert [cell["execution_count"] for cell in CELLS] == list(range(1, len(CELLS) + 1))
    assert not any(stored(cell, "stderr") for cell in CELLS)
    kinds = [one["output_type"] for cell in CELLS for one in cell["outputs"]]
    assert set(kinds) == {"stream", "execute_result"}


def test_it_is_small_and_names_no_place_of_a_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text) < 500_000
    assert not re.search(r"/(home|root|tmp|work|Users|builds)/", text)


def test_it_has_a_picture_of_boundaries_importance_and_efficiencies() -> None:
    pictures = [
        one for cell in CELLS for one in cell["outputs"] if "image/png" in one.get("data", {})
    ]
    assert len(pictures) == 3


def test_its_cells_print_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("analysis_configs", "processors"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "examples").mkdir()
    monkeypatch.chdir(tmp_path / "examples")
    names: dict[str, Any] = {}
    for number, cell in enumerate(CELLS, start=1):
        source = "".join(line for line in cell["source"] if not line.startswith("%"))
        screen = io.StringIO()
        with contextlib.redirect_stdout(screen):
            exec(compile(source, f"cell {number}", "exec"), names)
        printed = screen.getvalue()
        assert_printed(stored(cell, "stdout"), printed, f"cell {number}")
        assert printed.count("\n") == stored(cell, "stdout").count("\n")
