from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coffea_lcf.config import LoadedConfig, parse_config
from coffea_lcf.errors import OutputError
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.state import read_state
from coffea_lcf.workflow.step import Step, perform


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    document = {
        "name": "n",
        "datasets": {"d": {"files": ["a.root"], "label": "signal"}},
        "observables": ["x"],
    }
    loaded = LoadedConfig(parse_config(document), tmp_path / "c.yaml")
    return Analysis(loaded, tmp_path / "out")


class Work:
    """Writes its output and counts how often."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.done = folder, 0

    def __call__(self) -> dict[str, int]:
        self.done += 1
        self.folder.mkdir(exist_ok=True)
        (self.folder / "a.txt").write_text("")
        return {"done": self.done}


def _written(result: Mapping[str, Any]) -> list[str]:
    return ["a.txt"]


def test_work_is_done_once_for_the_same_input(analysis: Analysis) -> None:
    work = Work(analysis.output)
    first = perform(analysis, "fit", "k", _written, work)
    again = perform(analysis, "fit", "k", _written, work)
    assert first == Step("fit", {"done": 1}, skipped=False)
    assert again == Step("fit", {"done": 1}, skipped=True)


def test_other_input_missing_output_and_force_do_it_again(analysis: Analysis) -> None:
    work = Work(analysis.output)
    perform(analysis, "fit", "k", _written, work)
    assert perform(analysis, "fit", "other", _written, work).result == {"done": 2}
    (analysis.output / "a.txt").unlink()
    assert perform(analysis, "fit", "other", _written, work).result == {"done": 3}
    assert perform(analysis, "fit", "other", _written, work, force=True).result == {"done": 4}


def test_failed_work_is_not_noted(analysis: Analysis) -> None:
    def failing() -> dict[str, int]:
        msg = "disk full"
        raise OutputError(msg)

    with pytest.raises(OutputError, match="disk full"):
        perform(analysis, "fit", "k", _written, failing)
    assert read_state(analysis.output) == {}
