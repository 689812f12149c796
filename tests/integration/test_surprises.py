"""What a first user ran into."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import correctionlib
import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.selection.correction import save_correction

from .chain import FLAT_CUTS, ok, with_selection, write_config
from .chain import lcf as run_lcf
from .rootfiles import flat_columns, write_root


def _refused(config: Path, output: Path, *steps: str) -> str:
    for step in steps[:-1]:
        ok(step, config, "-o", output, "-q")
    result = run_lcf(steps[-1], config, "-o", output, "-q")
    assert result.exit_code == 2, result.output
    return result.stderr


def test_files_of_the_user_beside_the_skims_stay(flat: dict[str, Any], tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    thesis = tmp_path / "out" / "skims" / "thesis.txt"
    thesis.parent.mkdir(parents=True)
    thesis.write_text("three years")
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "skim")
    ok("skim", config, "-o", output, "-q", "--force")
    assert thesis.read_text() == "three years"


def test_figures_of_another_selection_are_not_shown(flat: dict[str, Any], tmp_path: Path) -> None:
    config, output = write_config(tmp_path / "flat.yaml", flat, weight=None), tmp_path / "out"
    for step in ("tabulate", "fit"):
        ok(step, config, "-o", output, "-q")
    assert "held-out events: accuracy" in ok("fit", config, "-o", output).output
    FLAT_CUTS.save(output / "selection.json")
    told = ok("fit", config, "-o", output).output
    assert "selection.json was changed after the fit" in told
    assert "accuracy" not in told


def test_cross_sections_of_some_datasets_are_refused(flat: dict[str, Any], tmp_path: Path) -> None:
    datasets = {name: dict(section) for name, section in flat["datasets"].items()}
    datasets["signal"]["cross_section"] = 2.0
    config = write_config(tmp_path / "flat.yaml", flat, datasets=datasets)
    message = _refused(config, tmp_path / "out", "tabulate")
    assert (
        "'background' has no cross_section and others have: give it to all, or to none" in message
    )


def test_test_samples_of_one_label_are_refused(flat: dict[str, Any], tmp_path: Path) -> None:
    path = write_root(tmp_path / "more.root", flat_columns("signal"))
    extra = {"files": [str(path)], "label": "signal", "sample": "test"}
    datasets = {**flat["datasets"], "more": extra}
    config = write_config(tmp_path / "flat.yaml", flat, datasets=datasets, weight=None)
    message = _refused(config, tmp_path / "out", "tabulate", "fit")
    assert "marked  sample: test  are all signal: figures need both" in message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fit": {"seed": -1}}, "fit.seed: Input should be greater than or equal to 0"),
        ({"systematics": {"m": {"up": {}}}}, "a variation needs a weight, a scale or observables"),
    ],
)
def test_values_that_mean_nothing(
    flat: dict[str, Any], tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, **changes)
    assert words in _refused(config, tmp_path / "out", "tabulate")


def test_training_samples_alone_are_not_split(flat: dict[str, Any], tmp_path: Path) -> None:
    datasets = {name: {**one, "sample": "train"} for name, one in flat["datasets"].items()}
    config = write_config(tmp_path / "flat.yaml", flat, datasets=datasets, weight=None)
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    assert "on 600 training events" in ok("fit", config, "-o", tmp_path / "out").output


def test_another_luminosity_prunes_again(flat: dict[str, Any], tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, weight=None)
    for step in ("tabulate", "prune"):
        ok(step, config, "-o", tmp_path / "out", "-q")
    other = write_config(tmp_path / "flat.yaml", flat, weight=None, luminosity=3.0)
    assert "up to date" not in ok("prune", other, "-o", tmp_path / "out", "-q").output


def test_packed_corrections_are_read_by_correctionlib(tmp_path: Path) -> None:
    path = save_correction(FLAT_CUTS, tmp_path / "cuts.json.gz")
    assert json.loads(gzip.decompress(path.read_bytes()))["schema_version"] == 2
    passes = correctionlib.CorrectionSet.from_file(str(path)).compound["selection"]
    values = passes.evaluate(np.array([70.0, 10.0]), np.array([0.1, 0.1]))
    assert values.tolist() == FLAT_CUTS.mask({"x": [70.0, 10.0], "y": [0.1, 0.1]}).tolist()


def test_gradient_training_finds_the_cuts_of_newton() -> None:
    random = np.random.default_rng(1)
    signal = random.random(6_000) < 0.5
    mass = np.where(signal, random.normal(80, 8, 6_000), random.exponential(60, 6_000))
    tau21 = np.where(signal, random.beta(3, 7, 6_000), random.beta(6, 4, 6_000))
    table = lcf.ObservableTable.from_arrays({"mass": mass, "tau21": tau21}, label=signal)
    gradient = lcf.fit(table, preset="gradient", repeats=2, seed=1)
    assert gradient.metrics["accuracy"] > lcf.fit(table, repeats=1).metrics["accuracy"] - 0.03
    assert [cut.case for cut in gradient.selection.cuts] == ["middle", "left"]
