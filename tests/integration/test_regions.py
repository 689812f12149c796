"""Regions through the command line: shared and separate boundaries, a cut-flow for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.cutflow.files import load_cutflow

from .chain import columns, ok, refused, write_config

REGIONS = {
    "low": [{"observable": "y", "case": "left", "upper": 0.45}],
    "high": [{"observable": "y", "case": "right", "lower": 0.45}],
}


def chain(config: Path, output: Path) -> str:
    for step in ("tabulate", "fit"):
        ok(step, config, "-o", output, "-q")
    return str(ok("cutflow", config, "-o", output).output)


@pytest.mark.parametrize("boundaries", ["shared", "separate"])
def test_each_region_has_its_selection_and_cutflow(
    flat: dict[str, Any], tmp_path: Path, boundaries: str
) -> None:
    config = write_config(
        tmp_path / "flat.yaml", flat, regions=REGIONS, fit={"regions": boundaries}, weight=None
    )
    output = tmp_path / "out"
    told = chain(config, output)
    assert "together Z" in told
    assert "an event on the boundary of two regions is in neither; the skim is of" in told
    inclusive = lcf.Selection.load(output / "selection.json")
    assert "y" not in inclusive.observables
    for name in REGIONS:
        selection = lcf.Selection.load(output / "regions" / f"{name}.json")
        first, *learned = selection.cuts
        assert (first.observable, first.fixed) == ("y", True)
        same = [str(cut) for cut in learned] == [str(cut) for cut in inclusive.cuts]
        assert same == (boundaries == "shared")
        flow = load_cutflow(output / "regions" / f"{name}_cutflow.json").cutflow
        for dataset in ("signal", "background"):
            passed = selection.mask(columns(output, dataset))
            assert flow.events(dataset)[-1] == np.count_nonzero(passed)
    ok("report", config, "-o", output, "-q")
    page = (output / "report.html").read_text(encoding="utf-8")
    assert "Regions" in page
    assert "<h3>high" in page
    assert "The skim is of the inclusive selection, whatever the region." in page


def test_learned_boundaries_are_rounded_in_all_regions(
    flat: dict[str, Any], tmp_path: Path
) -> None:
    fit = {"regions": "separate", "rounding": 0.03}
    config = write_config(tmp_path / "flat.yaml", flat, regions=REGIONS, fit=fit, weight=None)
    output = tmp_path / "out"
    chain(config, output)
    written = [output / "selection.json", *(output / "regions" / f"{n}.json" for n in REGIONS)]
    for path in written:
        learned = [cut for cut in lcf.Selection.load(path).cuts if not cut.fixed]
        assert learned
        ends = [end for cut in learned for end in (cut.lower, cut.upper) if end is not None]
        assert ends == pytest.approx([float(f"{end:.2g}") for end in ends], rel=1e-7)


def test_regions_of_another_selection_hold_its_cuts(flat: dict[str, Any], tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, regions=REGIONS, weight=None)
    output = tmp_path / "out"
    chain(config, output)
    mine = lcf.Selection((lcf.Cut("x", "right", lower=0.0),))
    mine.save(output / "selection.json")
    ok("cutflow", config, "-o", output, "-q")
    flow = load_cutflow(output / "regions" / "low_cutflow.json").cutflow
    data = columns(output, "signal")
    x, y = np.asarray(data["x"]), np.asarray(data["y"])
    expected = np.count_nonzero((x > 0) & (y < np.float32(0.45)))
    assert flow.events("signal")[-1] == expected


def test_observable_of_a_region_must_be_known(flat: dict[str, Any], tmp_path: Path) -> None:
    regions = {"odd": [{"observable": "zz", "case": "left", "upper": 1.0}]}
    config = write_config(tmp_path / "flat.yaml", flat, regions=regions)
    told = refused("tabulate", config, "-o", tmp_path / "out")
    assert "regions.odd: 'zz' is not among the observables (x, y)" in told


def test_a_region_without_a_class_is_named(flat: dict[str, Any], tmp_path: Path) -> None:
    regions = {"empty": [{"observable": "y", "case": "right", "lower": 1e6}]}
    config = write_config(
        tmp_path / "flat.yaml", flat, regions=regions, fit={"regions": "separate"}, weight=None
    )
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    assert "region 'empty'" in refused("fit", config, "-o", tmp_path / "out")
