from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from coffea_lcf.errors import ConfigError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.workflow.analysis import prepare

DOCUMENT = {
    "name": "mine",
    "weight": "w",
    "datasets": {"d": {"files": ["a.root"], "label": "signal"}},
    "observables": {"x": {"branch": "X_pt", "unit": "GeV"}},
}
SOURCE = """
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor

class Mine(ObservableProcessor):
    catalogue = (Observable("sum", ("a", "b"), lambda a, b: a + b),)

    def __init__(self, observables, *, scale=1.0, **kwargs):
        self.scale = scale
        super().__init__(observables, **kwargs)
"""


def config(folder: Path, **changes: object) -> Path:
    (folder / "mine.py").write_text(SOURCE)
    path = folder / "c.yaml"
    path.write_text(yaml.safe_dump({**DOCUMENT, **changes}))
    return path


def test_default_output_is_named_after_the_analysis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare(config(tmp_path)).output == tmp_path / "output" / "mine"
    assert prepare(config(tmp_path), "elsewhere").output == tmp_path / "elsewhere"


def test_branches_need_no_processor(tmp_path: Path) -> None:
    processor = prepare(config(tmp_path)).processor()
    assert type(processor) is ObservableProcessor
    assert processor.observables == (Observable("x", ("X_pt",), unit="GeV"),)
    assert processor.weight == "w"


def test_processor_of_the_user_with_options_and_branches(tmp_path: Path) -> None:
    section = {"file": "mine.py", "class": "Mine", "options": {"scale": 3.0}}
    changed = {"processor": section, "observables": {"sum": None, "x": {"branch": "x"}}}
    analysis = prepare(config(tmp_path, **changed))
    processor = analysis.processor()
    assert processor.scale == 3.0
    assert processor.branches_to_read() == ["a", "b", "w", "x"]


def test_code_digest_follows_the_file(tmp_path: Path) -> None:
    path = config(tmp_path, processor={"file": "mine.py", "class": "Mine"}, observables=["sum"])
    before = prepare(path).code_digest()
    assert prepare(path).code_digest() == before
    (tmp_path / "mine.py").write_text(SOURCE + "\n# edited\n")
    assert prepare(path).code_digest() != before
    assert prepare(config(tmp_path)).code_digest() == ""


def test_overrides_change_their_keys_alone(tmp_path: Path) -> None:
    analysis = prepare(config(tmp_path, execution={"workers": 3}, luminosity=2.0))
    changed = analysis.with_overrides(execution={"executor": "futures"}, fit={"device": "cpu"})
    section = changed.config.execution
    assert (section.executor, section.workers) == ("futures", 3)
    assert changed.config.fit.device == "cpu"
    assert changed.config.luminosity == 2.0
    assert analysis.config.execution.executor == "iterative"
    assert changed.loaded.digest("datasets") == analysis.loaded.digest("datasets")


def test_override_is_validated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"execution\.workers: .* \(got 0\)"):
        prepare(config(tmp_path)).with_overrides(execution={"workers": 0})


def test_no_overrides_change_nothing(tmp_path: Path) -> None:
    section = {"file": "mine.py", "class": "Mine", "options": {"scale": 3.0}}
    cut = {"observable": "x", "case": "left", "upper": 3.0}
    analysis = prepare(config(tmp_path, processor=section, preselection=[cut]))
    assert analysis.with_overrides(execution={}, fit={}).config == analysis.config
