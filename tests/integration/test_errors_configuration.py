"""Configurations, selections and processors that cannot be used: one cause, exit status 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coffea_lcf.selection import Cut, Selection

from .chain import (
    FLAT_CUTS,
    cause,
    columns,
    files_in,
    jet_document,
    read_json,
    refused,
    with_selection,
    write_config,
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fitt": {}}, "fitt: unknown key; nearest: fit"),
        ({"fit": {"sed": 1}}, "fit.sed: unknown key; nearest: seed"),
        ({"skim": {"colums": ["*"]}}, "skim.colums: unknown key; nearest: columns"),
        ({"fit": {"seed": "one"}}, "fit.seed: Input should be a valid integer"),
        ({"observables": 3}, "observables"),
        ({"luminosity": -1.0}, "luminosity: Input should be greater than 0 (got -1.0)"),
        ({"datasets": {}}, "datasets: Dictionary should have at least 1 item"),
        ({"fit": {"centers": {"z": 1.0}}}, "fit.centers: 'z' is not among the observables (x, y)"),
        ({"observables": ["x", "x"]}, "observables: 'x' is listed twice"),
        ({"name": "a/b"}, "name: String should match pattern"),
    ],
)
def test_wrong_configuration(
    tmp_path: Path, flat: dict, output: Path, changes: dict[str, Any], said: str
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, **changes)
    message = refused("run", config, "-o", output, "-q")
    assert cause(message) == f"ConfigError: {config} is not a valid configuration"
    assert said in message
    assert not output.exists()


def test_wrong_key_of_a_dataset_names_its_path(tmp_path: Path, flat: dict) -> None:
    datasets = {**flat["datasets"], "signal": {"file": ["a.root"], "label": "signal"}}
    message = refused("run", write_config(tmp_path / "flat.yaml", flat, datasets=datasets))
    assert "datasets.signal.files: Field required" in message
    assert "datasets.signal.file: unknown key; nearest: files" in message


def test_not_yaml(tmp_path: Path) -> None:
    config = tmp_path / "broken.yaml"
    config.write_text("name: [unclosed", encoding="utf-8")
    assert cause(refused("run", config)).startswith(f"ConfigError: {config} is not valid YAML: ")


def test_missing_configuration(tmp_path: Path) -> None:
    message = refused("run", tmp_path / "none.yaml")
    assert cause(message).startswith(f"ConfigError: cannot read the configuration {tmp_path}")


def test_selection_of_a_newer_version(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    with_selection(config, output, FLAT_CUTS)
    path = output / "selection.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    before = files_in(output)
    message = refused("cutflow", config, "-o", output, "-q")
    assert cause(message) == (
        f"SelectionError: {path} has schema version 2, newer than 1, "
        "the newest that this coffea-lcf reads"
    )
    assert "upgrade coffea-lcf" in message
    assert files_in(output) == before


def test_selection_of_another_observable(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    with_selection(config, output, Selection((Cut("z", "left", upper=1.0),)))
    message = refused("skim", config, "-o", output, "-q")
    assert cause(message) == "MissingBranchError: observable 'z' is not among the columns"
    assert not list(output.rglob("*.root"))


def test_observable_that_the_processor_does_not_know(tmp_path: Path, output: Path) -> None:
    config = write_config(tmp_path / "jets.yaml", {**jet_document(), "observables": ["tau12"]})
    message = refused("run", config, "-o", output, "-q")
    assert cause(message) == "ConfigError: observable 'tau12' is not known to LargeRJets"
    assert "\n  nearest  tau32, tau21, tau43" in message
    assert not output.exists()


def test_observable_without_processor_says_how_to_read_a_branch(
    tmp_path: Path, flat: dict, output: Path
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, observables=["x"])
    message = refused("run", config, "-o", output, "-q")
    assert cause(message) == "ConfigError: observable 'x' is not known to ObservableProcessor"
    assert "x: {branch: NAME}" in message


def test_skim_pattern_without_match(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, skim={"columns": ["x", "FatJet_*"]})
    message = refused("run", config, "-o", output, "-q")
    assert cause(message) == "ConfigError: skim.columns: 'FatJet_*' matches no branch"
    assert not (output / "skims").exists()


PROCESSORS = {
    "syntax": ("def broken(:\n", "cannot be imported: SyntaxError"),
    "import": ("import no_such_module\n", "cannot be imported: ModuleNotFoundError: No module"),
    "raises": (
        "raise RuntimeError('on purpose')\n",
        "cannot be imported: RuntimeError: on purpose",
    ),
    "class": ("x = 1\n", "no processor 'LargeRJets' in"),
}


@pytest.mark.parametrize("name", list(PROCESSORS))
def test_processor_file_that_cannot_be_used(tmp_path: Path, output: Path, name: str) -> None:
    source, said = PROCESSORS[name]
    (tmp_path / "mine.py").write_text(source)
    section = {"file": "mine.py", "class": "LargeRJets"}
    config = write_config(tmp_path / "jets.yaml", {**jet_document(), "processor": section})
    message = refused("run", config, "-o", output, "-q")
    assert cause(message).startswith("ConfigError: processor.")
    assert said in cause(message)
    assert str(tmp_path / "mine.py") in cause(message)
    assert not output.exists()


def test_processor_file_that_is_missing(tmp_path: Path, output: Path) -> None:
    section = {"file": "mine.py", "class": "LargeRJets"}
    config = write_config(tmp_path / "jets.yaml", {**jet_document(), "processor": section})
    assert cause(refused("run", config, "-o", output)) == (
        f"ConfigError: processor.file: no such file: {tmp_path / 'mine.py'}"
    )


def test_option_that_the_processor_does_not_take(tmp_path: Path, output: Path) -> None:
    document = jet_document()
    section = {**document["processor"], "options": {"radius": 0.8}}
    config = write_config(tmp_path / "jets.yaml", {**document, "processor": section})
    message = cause(refused("run", config, "-o", output))
    assert message.startswith("ConfigError: jets.yaml: processor.options: ")
    assert "radius" in message


def test_dataset_may_be_called_errors(tmp_path: Path, flat: dict, output: Path) -> None:
    datasets = {"errors": flat["datasets"]["signal"], "cutflow": flat["datasets"]["background"]}
    config = write_config(tmp_path / "flat.yaml", flat, datasets=datasets)
    with_selection(config, output, FLAT_CUTS, "cutflow", "skim")
    assert len(columns(output, "errors")["x"]) == 300
    assert set(read_json(output / "skims" / "fileset.json")) == {"errors", "cutflow"}
