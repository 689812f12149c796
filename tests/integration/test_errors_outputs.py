"""Results that cannot be written, and failures on the way: what was there stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coffea_lcf.errors import FilesetError

from .chain import (
    FLAT_CUTS,
    cause,
    files_in,
    flat_document,
    lcf,
    ok,
    refused,
    results,
    with_selection,
    with_signal,
    write_config,
)
from .rootfiles import flat_columns, write_root


def test_copy_of_a_file_does_not_overwrite_the_skim(
    tmp_path: Path, flat: dict, background: Path, output: Path
) -> None:
    """Copies keep the UUID of the file: refuse them, or keep their skims apart."""
    signal = Path(flat["datasets"]["signal"]["files"][0])
    (tmp_path / "copy").mkdir()
    copied = Path(shutil.copy(signal, tmp_path / "copy" / signal.name))
    config = write_config(tmp_path / "flat.yaml", flat_document([signal, copied], [background]))
    result = lcf("tabulate", config, "-o", output, "-q")
    if result.exit_code == 2:
        assert "signal.root" in result.stderr
        return
    with_selection(config, output, FLAT_CUTS, "skim")
    skims = [one for one in results(output, "skim")["skims"] if one["dataset"] == "signal"]
    assert len({one["file"] for one in skims}) == 2


@pytest.mark.parametrize("step", ["fit", "cutflow", "skim", "report"])
def test_step_before_is_missing(tmp_path: Path, flat: dict, output: Path, step: str) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    before = {"fit": "tabulate", "cutflow": "fit", "skim": "fit", "report": "fit"}[step]
    message = refused(step, config, "-o", output, "-q")
    assert f"run  coffea-lcf {before}  first" in message
    assert not output.exists()


def test_output_below_a_file(tmp_path: Path, flat: dict) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    config = write_config(tmp_path / "flat.yaml", flat)
    message = refused("run", config, "-o", blocker / "output", "-q")
    assert cause(message).startswith(f"OutputError: cannot write {blocker / 'output'}")
    assert "choose a folder that you may write, with free space: --output DIR" in message
    assert blocker.read_text() == "in the way"


def test_skims_that_cannot_be_written(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    with_selection(config, output, FLAT_CUTS)
    (output / "skims").write_text("in the way")
    assert cause(refused("skim", config, "-o", output, "-q")).startswith(
        f"OutputError: cannot write {output / 'skims'}"
    )


@pytest.mark.parametrize("through", ["output", "link"])
def test_inputs_in_the_folder_of_the_skims_are_not_removed(
    tmp_path: Path, background: Path, output: Path, through: str
) -> None:
    """Skimming a skim into the same output would remove its own input."""
    name = "skims/signal/mine__00000000__0-300.root"
    write_root(output / name, flat_columns("signal"))
    (tmp_path / "link").symlink_to(output)
    signal = tmp_path / through / name
    config = with_signal(tmp_path, background, signal)
    ok("tabulate", config, "-o", output, "-q")
    FLAT_CUTS.save(output / "selection.json")
    message = refused("skim", config, "-o", output, "-q")
    assert str(signal) in message
    assert signal.exists()


FAILING = """
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor

def broken(values):
    raise ZeroDivisionError("in my observable")

class Mine(ObservableProcessor):
    catalogue = (Observable("x", ("x",), broken), Observable("y", ("y",)))
"""


def test_observable_that_raises_stops_the_run_with_status_2(
    tmp_path: Path, flat: dict, output: Path
) -> None:
    (tmp_path / "mine.py").write_text(FAILING)
    section = {"file": "mine.py", "class": "Mine"}
    config = write_config(tmp_path / "flat.yaml", flat, processor=section, observables=["x", "y"])
    result = lcf("run", config, "-o", output, "-q")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "ObservableError: observable 'x' failed: " in result.stderr
    assert "in my observable" in result.stderr
    assert "signal.root" in result.stderr
    assert files_in(output) == []


def test_damaged_run_json(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    ok("tabulate", config, "-o", output, "-q")
    (output / "run.json").write_text("{")
    message = refused("tabulate", config, "-o", output, "-q")
    assert cause(message).startswith(f"OutputError: {output / 'run.json'} is damaged: ")
    assert "remove it to run every step again" in message


def test_failed_step_keeps_the_results_before(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    ok("tabulate", config, "-o", output, "-q")
    before = (output / "observables" / "signal" / "000000.parquet").read_bytes()
    refused("tabulate", write_config(config, flat, weight="genWeight"), "-o", output, "-q")
    assert (output / "observables" / "signal" / "000000.parquet").read_bytes() == before


def test_debug_shows_the_traceback(tmp_path: Path, background: Path) -> None:
    config = with_signal(tmp_path, background, Path("nowhere.root"))
    result = lcf("run", config, "-o", tmp_path / "output", "--debug")
    assert isinstance(result.exception, FilesetError)
    assert "no such file: nowhere.root" in str(result.exception)
