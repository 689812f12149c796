"""The steps one by one: what is run again and what is not, and what the skims hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import uproot

from coffea_lcf.cutflow.files import load_cutflow

from .chain import (
    FLAT_CUTS,
    columns,
    flat_document,
    ok,
    read_json,
    results,
    skim_files,
    sum_over_runs,
    with_selection,
    write_config,
)
from .rootfiles import event_ids, flat_columns, write_root

STEPS = ("tabulate", "fit", "cutflow", "skim", "report")


def written(output: Path) -> dict[str, int]:
    """Return when the first output of each step was written."""
    steps = read_json(output / "run.json")["steps"]
    return {name: (output / steps[name]["outputs"][0]).stat().st_mtime_ns for name in steps}


def rerun(before: dict[str, int], after: dict[str, int]) -> list[str]:
    return [name for name in STEPS if before[name] != after[name]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, flat: dict) -> Path:
    """Return a folder with a configuration and the output of its chain."""
    folder = tmp_path_factory.mktemp("finished")
    ok("run", write_config(folder / "flat.yaml", flat), "-o", folder / "output", "-q")
    return folder


@pytest.fixture
def done(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_second_run_does_nothing(done: Path) -> None:
    before = written(done / "output")
    screen = ok("run", done / "flat.yaml", "-o", done / "output", "-q").output
    assert rerun(before, written(done / "output")) == []
    assert screen.count("up to date, skipped (--force runs it again)") == len(STEPS)


def test_force_runs_every_step(done: Path) -> None:
    before = written(done / "output")
    ok("run", done / "flat.yaml", "-o", done / "output", "-q", "--force")
    assert rerun(before, written(done / "output")) == list(STEPS)


def test_changed_description_reruns_the_report_alone(done: Path, flat: dict) -> None:
    before = written(done / "output")
    config = write_config(done / "flat.yaml", flat, description="in other words")
    ok("run", config, "-o", done / "output", "-q")
    assert rerun(before, written(done / "output")) == ["report"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"skim": {"columns": ["x", "y", "w"]}}, ["skim"]),
        ({"cutflow": {"bins": 7}}, ["cutflow"]),
        ({"fit": {"repeats": 1, "seed": 5}}, ["fit", "cutflow", "skim"]),
        ({"observables": {"x": {"branch": "x"}}}, ["tabulate", "fit", "cutflow", "skim"]),
    ],
    ids=["skim", "cutflow", "fit", "observables"],
)
def test_changed_section_reruns_what_depends_on_it(
    done: Path, flat: dict, changes: dict, expected: list[str]
) -> None:
    before = written(done / "output")
    config = write_config(done / "flat.yaml", flat, **changes)
    for step in STEPS[:-1]:
        ok(step, config, "-o", done / "output", "-q")
    assert rerun(before, written(done / "output")) == expected


def test_removed_output_is_made_again(done: Path) -> None:
    (done / "output" / "cutflow.csv").unlink()
    ok("cutflow", done / "flat.yaml", "-o", done / "output", "-q")
    assert (done / "output" / "cutflow.csv").exists()


def test_removed_skim_is_made_again(flat: dict, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "skim")
    [path] = skim_files(output, "signal")
    path.unlink()
    ok("skim", config, "-o", output, "-q")
    assert path.exists()


def test_changed_input_file_is_read_again(tmp_path: Path) -> None:
    inputs = {
        kind: write_root(tmp_path / f"{kind}.root", flat_columns(kind))
        for kind in ("signal", "background")
    }
    config = write_config(
        tmp_path / "flat.yaml", flat_document([inputs["signal"]], [inputs["background"]])
    )
    ok("tabulate", config, "-o", tmp_path / "output", "-q")
    write_root(inputs["signal"], flat_columns("signal", events=50, seed=1))
    ok("tabulate", config, "-o", tmp_path / "output", "-q")
    assert len(columns(tmp_path / "output", "signal")["x"]) == 50


def test_steps_on_their_own_give_what_run_gives(finished: Path, tmp_path: Path) -> None:
    for step in STEPS[:3]:
        ok(step, finished / "flat.yaml", "-o", tmp_path, "-q")
    one, other = (
        load_cutflow(folder / "cutflow.json").cutflow for folder in (tmp_path, finished / "output")
    )
    assert one.weighted == other.weighted
    assert one.raw == other.raw


def test_skim_names_are_those_of_file_and_range(flat: dict, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, execution={"chunksize": 120})
    names = []
    for output in (tmp_path / "a", tmp_path / "b"):
        with_selection(config, output, FLAT_CUTS, "skim")
        names.append([path.name for path in skim_files(output, "signal")])
    assert names[0] == names[1]
    with uproot.open(flat["datasets"]["signal"]["files"][0]) as file:
        uuid = str(file.file.uuid)[:8]
    ranges = ("0-100", "100-200", "200-300")
    assert names[0] == [f"signal__{uuid}__{one}.root" for one in ranges]


def test_runs_are_copied_once_a_file_whatever_the_chunks(flat: dict, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, execution={"chunksize": 120})
    with_selection(config, tmp_path / "out", FLAT_CUTS, "skim")
    paths = skim_files(tmp_path / "out", "signal")
    assert [uproot.open(path)["Runs"].num_entries for path in paths] == [1, 0, 0]
    assert sum_over_runs(paths) == 500.0


def test_chunk_without_survivors_is_written(tmp_path: Path) -> None:
    jets = {"pt": [[9.0, 4.0]] * 20, "eta": [[0.1, 0.2]] * 20}
    content = {**event_ids(20), "x": [0.0] * 10 + [80.0] * 10, "y": [0.3] * 20, "w": [1.0] * 20}
    signal = write_root(tmp_path / "in" / "s.root", content, {"Jet": jets}, sumw=40.0)
    background = write_root(tmp_path / "in" / "b.root", flat_columns("background"))
    config = write_config(
        tmp_path / "flat.yaml",
        flat_document([signal], [background]),
        execution={"chunksize": 10},
    )
    with_selection(config, tmp_path / "out", FLAT_CUTS, "skim")
    first, second = skim_files(tmp_path / "out", "signal")
    with uproot.open(first) as none, uproot.open(second) as all_ten:
        assert none["Events"].num_entries == 0
        assert none["Events"].keys() == all_ten["Events"].keys()
        assert all_ten["Events"].num_entries == 10
        assert all_ten["Events/Jet_pt"].array().to_list() == [[9.0, 4.0]] * 10
    assert sum_over_runs([first]) == 40.0
    metadata = read_json(tmp_path / "out" / "skims" / "fileset.json")["signal"]["metadata"]
    assert metadata["sumw_stored"] == 20.0
    assert metadata["sumw_skim"] == 10.0


def test_results_tell_of_every_chunk(flat: dict, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, execution={"chunksize": 120})
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    [signal, _] = results(tmp_path / "out", "tabulate")["completeness"]
    assert signal == {
        "dataset": "signal",
        "files": 1,
        "chunks_expected": 3,
        "chunks_processed": 3,
        "events_expected": 300,
        "events_processed": 300,
        "failures": [],
        "files_lost": 0,
        "processed_of_lacking": {},
        "complete": True,
    }


def test_skims_of_another_selection_are_removed(flat: dict, tmp_path: Path) -> None:
    output = tmp_path / "out"
    for chunksize in (120, 1000):
        config = write_config(tmp_path / "flat.yaml", flat, execution={"chunksize": chunksize})
        with_selection(config, output, FLAT_CUTS, "skim")
    assert sorted((output / "skims").rglob("*.root")) == sorted(
        [*skim_files(output, "signal"), *skim_files(output, "background")]
    )


def test_quiet_shows_one_line_a_step(flat: dict, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    screen = ok("tabulate", config, "-o", tmp_path / "out", "--quiet").stdout
    assert [line.split("  ")[0] for line in screen.split("\n") if line.strip()] == ["tabulate"]


def test_figures_of_the_training_events_are_not_called_held_out(flat: dict, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, fit={"repeats": 1, "test_fraction": 0.0})
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    screen = ok("fit", config, "-o", tmp_path / "out").output
    assert "accuracy" in screen
    assert "held-out" not in screen
