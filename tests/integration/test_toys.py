"""The toys of a cut and a network trained together, through the ordinary chain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

import coffea_lcf as lcf
from coffea_lcf.datasets import toys

from .chain import REPOSITORY, ok, read_json, write_config


@pytest.mark.parametrize("name", toys.TOYS)
def test_the_configuration_of_a_toy_runs_on_what_generate_makes(name: str, tmp_path: Path) -> None:
    # beside each other, as the comment in the file says
    document = yaml.safe_load((REPOSITORY / "analysis_configs" / f"{name}.yaml").read_text())
    ok("generate", name, "--output", tmp_path / "data" / name, "-n", 4000)
    config = write_config(tmp_path / f"{name}.yaml", document, tradeoff={"budgets": [0.25]})
    output = tmp_path / "out"
    ok("run", config, "-o", output, "-q")
    selection = lcf.Selection.load(output / "selection.json")
    assert selection.cuts
    if name == "toy_1d":
        _near_the_scan(selection)
    told = ok("tradeoff", config, "-o", output, "--choose").output
    assert "at most 25 % of the background, joint" in told
    (point,) = read_json(output / "tradeoff.json")["points"]
    assert point["joint"]["signal_efficiency"] > 0.95
    ok("cutflow", config, "-o", output, "-q")


def _near_the_scan(selection: lcf.Selection) -> None:
    """Compare S/√B of the cut with the best of all boundaries, on other events."""
    toy = toys.draw("toy_1d", 100_000, seed=7)
    (cut,) = selection.cuts
    order = np.argsort(-toy["x"])
    signal, background = np.cumsum(toy.label[order]), np.cumsum(~toy.label[order])
    scan = (signal / np.sqrt(background.clip(1)))[background >= 100].max()
    kept = cut.mask(toy["x"])
    assert kept[toy.label].sum() / np.sqrt(kept[~toy.label].sum()) > 0.99 * scan
