"""Systematic variations inside the objective, through the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import coffea_lcf as lcf

from .chain import columns, ok, refused, results, write_config

SYSTEMATICS = {"scale": {"up": {"scale": {"x": 1.2}}, "down": {"scale": {"x": 0.85}}}}


def objective(**more: Any) -> dict[str, Any]:
    return {"kind": "asimov", "minimum_background": 5.0, **more}


def lower_edge(output: Path) -> float:
    nominal, *varied = (one["asimov"] for one in results(output, "cutflow")["variations"])
    return float(nominal - max(abs(one - nominal) for one in varied))


def test_the_fit_sees_the_variations_of_the_same_events(
    flat: dict[str, Any], tmp_path: Path
) -> None:
    edges = {}
    for wary in (False, True):
        fit = {
            "strategy": "joint",
            "objective": objective(systematics=wary),
            "repeats": 1,
            "test_fraction": 0.0,
            "validation_fraction": 0.0,
        }
        config = write_config(
            tmp_path / f"{wary}.yaml", flat, fit=fit, systematics=SYSTEMATICS, weight=None
        )
        output = tmp_path / str(wary)
        for step in ("tabulate", "fit", "cutflow"):
            ok(step, config, "-o", output, "-q")
        edges[wary] = lower_edge(output)
    assert edges[True] > edges[False]
    assert lcf.Selection.load(output / "selection.json").cuts
    nominal, up = (columns(output, f"signal{suffix}") for suffix in ("", "@scale_up"))
    np.testing.assert_allclose(up["x"], np.float32(1.2) * nominal["x"], rtol=1e-6)
    assert "up to date" in ok("tabulate", config, "-o", output).output


@pytest.mark.parametrize("kind", ["accuracy", "background_rejection"])
def test_objectives_without_a_significance_are_refused(
    flat: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    asked = {"kind": kind, "systematics": True}
    if kind == "background_rejection":
        asked["signal_efficiency"] = [0.5]
    fit = {"strategy": "joint", "objective": asked}
    config = write_config(tmp_path / "flat.yaml", flat, fit=fit, systematics=SYSTEMATICS)
    told = refused("fit", config, "-o", tmp_path / "out")
    assert f"systematics have a say in a significance, not in {kind}" in told
