"""A report never sets the cuts of one selection beside the yields of another."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import coffea_lcf as lcf

from .chain import ok, refused, write_config

AGAIN, SKIMS = "made for other cuts than those above", ">Skims</h2>"


@pytest.fixture(scope="module")
def original(flat: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a configuration and its output, with a study."""
    folder = tmp_path_factory.mktemp("other_cuts")
    config, output = write_config(folder / "flat.yaml", flat, weight=None), folder / "out"
    for step in ("run", "compare", "report"):
        ok(step, config, "-o", output, "-q")
    page = (output / "report.html").read_text(encoding="utf-8")
    assert AGAIN not in page
    assert ": comparison" in page
    assert SKIMS in page
    return config, output


@pytest.fixture
def finished(original: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return the configuration and a copy of its output."""
    config, output = original
    return config, shutil.copytree(output, tmp_path / "out")


def tighten(output: Path) -> None:
    """Move a boundary of the selection, whose observables and cases stay as they are."""
    selection = lcf.Selection.load(output / "selection.json")
    first, *others = selection.cuts
    side = "lower" if first.lower is not None else "upper"
    moved = replace(first, **{side: getattr(first, side) + 0.125})
    replace(selection, cuts=(moved, *others)).save(output / "selection.json")


def test_a_cutflow_of_other_boundaries_is_not_reported(finished: tuple[Path, Path]) -> None:
    config, output = finished
    tighten(output)
    told = refused("report", config, "-o", output, "-q")
    assert "is not that of selection.json: run  coffea-lcf cutflow  first" in told


def test_studies_and_skims_of_other_boundaries_are_not_shown(finished: tuple[Path, Path]) -> None:
    config, output = finished
    tighten(output)
    for step in ("cutflow", "report"):
        ok(step, config, "-o", output, "-q")
    page = (output / "report.html").read_text(encoding="utf-8")
    assert page.count(AGAIN) == 1
    assert "run  coffea-lcf compare  again" in page
    assert ": comparison" not in page
    assert SKIMS not in page


def test_without_its_state_a_folder_has_no_report(finished: tuple[Path, Path]) -> None:
    config, output = finished
    (output / "run.json").unlink()
    assert "run  coffea-lcf cutflow  first" in refused("report", config, "-o", output, "-q")
