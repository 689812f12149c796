"""Yields when events are lost: those of the whole sample, for their Σw leaves the denominator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.cutflow.files import load_cutflow
from tests.integration.chain import (
    FLAT_CUTS,
    flat_document,
    lcf,
    ok,
    read_json,
    write_config,
)
from tests.integration.rootfiles import flat_columns, write_root

from .baskets import BASKET, EVENTS, flip_basket, write_baskets

pytestmark = pytest.mark.filterwarnings(
    "default::coffea_lcf.workflow.normalisation.NormalisationWarning"
)

FILES, SUMW = 4, 900.0


def write_sample(folder: Path) -> list[Path]:
    """Write four files of 1000 signal events, generated with Σw of 900 each."""
    return [
        write_root(folder / f"s{seed}.root", flat_columns("signal", 1000, seed), sumw=SUMW)
        for seed in range(FILES)
    ]


def expected_yield(
    folder: Path, files: list[Path], status: int, sumw: float | None = None
) -> tuple[float, float]:
    """Return the signal that passes the cuts, in events of 2 pb × 100 / pb, and its Σw."""
    folder.mkdir(exist_ok=True)
    background = write_root(folder / "b.root", flat_columns("background"))
    document = flat_document(files, [background])
    for section in document["datasets"].values():
        section["cross_section"] = 2.0
    if sumw is not None:
        document["datasets"]["signal"]["sumw"] = sumw
    execution = {"allow_missing": True, "chunksize": BASKET}
    config = write_config(folder / "c.yaml", document, luminosity=100.0, execution=execution)
    output = folder / "output"
    steps = ("tabulate", "cutflow")
    for step in steps:
        result = lcf(step, config, "-o", output, "-q")
        assert result.exit_code == status, result.output
        if step == "tabulate":
            FLAT_CUTS.save(output / "selection.json")
    counts = load_cutflow(output / "cutflow.json")
    scale = counts.normalisations["signal"]
    manifest = read_json(output / "observables" / "manifest.json")
    assert manifest["datasets"]["signal"]["generated_sumw"] == scale.sumw
    return float(counts.cutflow.sumw("signal")[-1] * scale.scale), scale.sumw


def test_lost_file_gives_what_the_other_files_give(tmp_path: Path) -> None:
    files = write_sample(tmp_path)
    whole, sumw = expected_yield(tmp_path / "whole", files, 0)
    assert sumw == FILES * SUMW
    files[1].write_text("a letter")
    lacking = expected_yield(tmp_path / "lacking", files, 3)
    without = expected_yield(tmp_path / "without", [files[0], *files[2:]], 0)
    assert lacking == without
    assert lacking[1] == (FILES - 1) * SUMW
    assert lacking[0] == pytest.approx(whole, rel=0.03)


def test_given_sumw_is_scaled_by_the_share_of_events(tmp_path: Path) -> None:
    files = write_sample(tmp_path)
    whole, _ = expected_yield(tmp_path / "whole", files, 0, sumw=5000.0)
    files[1].write_text("a letter")
    lacking, sumw = expected_yield(tmp_path / "lacking", files, 3, sumw=5000.0)
    assert sumw == 5000.0 * 3 / 4
    assert lacking == pytest.approx(whole, rel=0.03)


def test_lost_chunk_takes_its_share_of_the_file(tmp_path: Path) -> None:
    damaged = write_baskets(tmp_path / "damaged.root", "signal")
    with uproot.update(damaged) as file:
        file.mktree("Runs", {"genEventSumw": "f8"}).extend({"genEventSumw": np.array([240.0])})
    flip_basket(damaged, "x", 1)
    other = write_root(tmp_path / "s.root", flat_columns("signal", 500, 1), sumw=400.0)
    _, sumw = expected_yield(tmp_path / "out", [damaged, other], 3)
    assert sumw == pytest.approx(240.0 * (EVENTS - BASKET) / EVENTS + 400.0, rel=1e-15)


def test_skims_note_the_sum_of_what_came(tmp_path: Path) -> None:
    files = write_sample(tmp_path)
    background = write_root(tmp_path / "b.root", flat_columns("background"))
    document = flat_document(files, [background])
    document["datasets"]["signal"]["sumw"] = 5000.0
    config = write_config(tmp_path / "c.yaml", document)
    output = tmp_path / "out"
    ok("tabulate", config, "-o", output, "-q")
    FLAT_CUTS.save(output / "selection.json")
    files[1].write_text("a letter")
    result = lcf("skim", config, "-o", output, "-q", "--allow-missing")
    assert result.exit_code == 3, result.output
    assert "the given Σw = 5000 is scaled by the share of its events that were" in result.stderr
    assert "75.0000%" in result.stderr
    assert "1 files that cannot be opened count as of mean size" in result.stderr
    noted = read_json(output / "skims" / "fileset.json")["signal"]["metadata"]
    assert noted["sumw"] == 3750.0
