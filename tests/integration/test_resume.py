"""A run that is killed goes on where it stopped, and ends with the same result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.selection import Cut, Selection

from .chain import (
    FLAT_CUTS,
    files_in,
    flat_document,
    lcf,
    ok,
    read_json,
    skim_files,
    unfinished,
    write_config,
)
from .counting import lcf_process, noted, order, was_killed, write_processor
from .rootfiles import flat_columns, write_root

OTHER_CUTS = Selection((Cut("x", "right", 50.0, unit="GeV"),))


@dataclass(frozen=True)
class Prepared:
    """A configuration of six chunks, 0 to 2 signal, and its output up to the selection."""

    folder: Path
    config: Path

    @property
    def output(self) -> Path:
        return self.folder / "out"

    def arguments(self, step: str) -> tuple[object, ...]:
        return (step, self.config, "-o", self.output, "-q")


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    paths = {}
    for offset, kind in enumerate(("signal", "background")):
        content = flat_columns(kind)
        # each chunk is known by its first value
        content["x"][::100] = np.arange(3, dtype=np.float32) + 3 * offset + 1
        paths[kind] = write_root(tmp_path / f"{kind}.root", content, sumw=500.0)
    config = write_config(
        tmp_path / "flat.yaml",
        flat_document([paths["signal"]], [paths["background"]]),
        processor=write_processor(tmp_path),
        observables=["x", "y"],
        execution={"chunksize": 100},
    )
    made = Prepared(tmp_path, config)
    ok(*made.arguments("tabulate"))
    assert noted(tmp_path) == [1, 2, 3, 4, 5, 6]
    FLAT_CUTS.save(made.output / "selection.json")
    return made


def contents(output: Path) -> dict[str, object]:
    """Return the cut-flow, and the bytes of events that each skim holds."""
    found: dict[str, object] = {}
    if (output / "cutflow.json").exists():
        found["cutflow"] = (output / "cutflow.json").read_text()
    for dataset in ("signal", "background"):
        if (output / "skims").exists():
            found[dataset] = [
                (path.name, path.stat().st_size) for path in skim_files(output, dataset)
            ]
    return found


@pytest.mark.parametrize("step", ["cutflow", "skim"])
def test_killed_run_goes_on_where_it_stopped(prepared: Prepared, step: str) -> None:
    order(prepared.folder, "kill", 4)
    assert was_killed(lcf_process(*prepared.arguments(step)))
    assert noted(prepared.folder) == [1, 2, 3, 4]
    assert step not in read_json(prepared.output / "run.json")["steps"]
    ok(*prepared.arguments(step))
    assert noted(prepared.folder) == [4, 5, 6]
    resumed = contents(prepared.output)
    assert not (prepared.output / ".checkpoints").exists()
    assert unfinished(prepared.output) == []
    ok(*prepared.arguments(step), "--force")
    assert noted(prepared.folder) == [1, 2, 3, 4, 5, 6]
    assert contents(prepared.output) == resumed


@pytest.fixture(params=["cutflow", "skim"])
def interrupted(prepared: Prepared, request: pytest.FixtureRequest) -> tuple[Prepared, str]:
    """Return an analysis with a step that was interrupted in its fourth chunk, and the step."""
    order(prepared.folder, "interrupt", 4)
    assert lcf(*prepared.arguments(request.param)).exit_code == 130
    assert noted(prepared.folder) == [1, 2, 3, 4]
    return prepared, request.param


def kept_chunks(prepared: Prepared) -> list[Path]:
    return sorted((prepared.output / ".checkpoints").rglob("*.npz"))


def test_other_cuts_use_no_chunk_of_before(interrupted: tuple[Prepared, str]) -> None:
    prepared, step = interrupted
    OTHER_CUTS.save(prepared.output / "selection.json")
    ok(*prepared.arguments(step))
    assert noted(prepared.folder) == [1, 2, 3, 4, 5, 6]
    resumed = contents(prepared.output)
    ok(*prepared.arguments(step), "--force")
    assert contents(prepared.output) == resumed


def test_edited_processor_uses_no_chunk_of_before(interrupted: tuple[Prepared, str]) -> None:
    prepared, step = interrupted
    path = prepared.folder / "noting.py"
    path.write_text(path.read_text().replace("return x", "return x + 1"))
    ok(*prepared.arguments(step))
    assert noted(prepared.folder) == [1, 2, 3, 4, 5, 6]


def test_edited_neighbour_of_the_processor_uses_no_chunk_of_before(prepared: Prepared) -> None:
    path, neighbour = prepared.folder / "noting.py", prepared.folder / "shifting.py"
    path.write_text("from shifting import SHIFT\n" + path.read_text())
    neighbour.write_text("SHIFT = 0.0\n")
    ok(*prepared.arguments("tabulate"))
    assert "skipped" in ok(*prepared.arguments("tabulate")).output
    neighbour.write_text("SHIFT = 1.0\n")
    assert "skipped" not in ok(*prepared.arguments("tabulate")).output


def test_force_uses_no_chunk_of_before(interrupted: tuple[Prepared, str]) -> None:
    prepared, step = interrupted
    ok(*prepared.arguments(step), "--force")
    assert noted(prepared.folder) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a chunk"])
def test_damaged_chunk_is_processed_again(
    interrupted: tuple[Prepared, str], content: bytes
) -> None:
    prepared, step = interrupted
    [_, second, _] = kept_chunks(prepared)
    assert second.name.endswith("_100-200.npz")
    second.write_bytes(content)
    ok(*prepared.arguments(step))
    assert noted(prepared.folder) == [2, 4, 5, 6]


@pytest.mark.parametrize("interrupted", ["skim"], indirect=True)
def test_skim_that_is_gone_is_written_again(interrupted: tuple[Prepared, str]) -> None:
    prepared, step = interrupted
    [gone] = (prepared.output / "skims").rglob("signal__*__100-200.root")
    gone.unlink()
    ok(*prepared.arguments(step))
    assert noted(prepared.folder) == [2, 4, 5, 6]
    assert gone in skim_files(prepared.output, "signal")


@pytest.mark.parametrize("interrupted", ["skim"], indirect=True)
def test_chunks_are_merged_to_another_size(interrupted: tuple[Prepared, str]) -> None:
    prepared, step = interrupted
    before = prepared.config.read_text()
    for size, files in (("1 MB", 1), ("1 kB", 3)):
        prepared.config.write_text(f"{before}skim: {{merge: {size}}}\n")
        ok(*prepared.arguments(step))
        assert len(skim_files(prepared.output, "signal")) == files
    assert noted(prepared.folder) == [4, 5, 6, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("interrupted", ["skim"], indirect=True)
def test_half_written_skim_of_a_killed_run_is_removed(interrupted: tuple[Prepared, str]) -> None:
    prepared, step = interrupted
    half = prepared.output / "skims" / "signal" / ".signal__1__0-9.77.part.root"
    half.write_bytes(b"root")
    ok(*prepared.arguments(step))
    assert not half.exists()


def test_skims_of_two_selections_never_mix(prepared: Prepared) -> None:
    ok(*prepared.arguments("skim"))
    before = contents(prepared.output)
    OTHER_CUTS.save(prepared.output / "selection.json")
    order(prepared.folder, "interrupt", 4)
    assert lcf(*prepared.arguments("skim")).exit_code == 130
    FLAT_CUTS.save(prepared.output / "selection.json")
    ok(*prepared.arguments("skim"))
    assert contents(prepared.output) == before


def test_skims_of_a_killed_run_in_other_chunks_do_not_stay(prepared: Prepared) -> None:
    order(prepared.folder, "interrupt", 4)
    assert lcf(*prepared.arguments("skim")).exit_code == 130
    ok(*prepared.arguments("skim"), "--chunksize", 300)
    found = sorted((prepared.output / "skims").rglob("*.root"))
    assert found == sorted(
        path for name in ("signal", "background") for path in skim_files(prepared.output, name)
    )
    assert len(found) == 2


def test_without_checkpoints_nothing_is_kept(prepared: Prepared) -> None:
    document = flat_document(
        [prepared.folder / "signal.root"], [prepared.folder / "background.root"]
    )
    write_config(
        prepared.config,
        document,
        processor=write_processor(prepared.folder),
        observables=["x", "y"],
        execution={"chunksize": 100, "checkpoints": False},
    )
    order(prepared.folder, "interrupt", 4)
    assert lcf(*prepared.arguments("cutflow")).exit_code == 130
    assert [name for name in files_in(prepared.output) if name.endswith(".npz")] == []
    noted(prepared.folder)
    ok(*prepared.arguments("cutflow"))
    assert noted(prepared.folder) == [1, 2, 3, 4, 5, 6]


def test_kept_chunks_hold_exactly_what_was_counted(prepared: Prepared) -> None:
    ok(*prepared.arguments("cutflow"))
    whole = load_cutflow(prepared.output / "cutflow.json")
    order(prepared.folder, "interrupt", 6)
    assert lcf(*prepared.arguments("cutflow"), "--force").exit_code == 130
    ok(*prepared.arguments("cutflow"))
    resumed = load_cutflow(prepared.output / "cutflow.json")
    assert resumed.cutflow.weighted == whole.cutflow.weighted
    assert resumed.cutflow.raw == whole.cutflow.raw
    assert resumed.observables == whole.observables
