"""Disks that are full or may not be written: said, and nothing half-written stays."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.chain import (
    FLAT_CUTS,
    cause,
    flat_document,
    ok,
    refused,
    unfinished,
    write_config,
)
from tests.integration.counting import lcf_process
from tests.integration.rootfiles import flat_columns, write_root


def limited(bytes_a_file: int) -> Callable[[], None]:
    """Return what gives a new process a disk on which no file grows beyond a size."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_a_file, bytes_a_file))


@pytest.mark.parametrize("step", ["tabulate", "skim"])
def test_full_disk(tmp_path: Path, output: Path, step: str) -> None:
    paths = [
        write_root(tmp_path / f"{kind}.root", flat_columns(kind, 20_000))
        for kind in ("signal", "background")
    ]
    config = write_config(tmp_path / "flat.yaml", flat_document(paths[:1], paths[1:]))
    if step == "skim":
        ok("tabulate", config, "-o", output, "-q")
        FLAT_CUTS.save(output / "selection.json")
    done = lcf_process(step, config, "-o", output, "-q", preexec_fn=limited(50_000))
    assert done.returncode == 2, done.stderr
    assert "OutputError: cannot write " in done.stderr
    assert "File too large" in done.stderr
    assert unfinished(output) == []
    assert not (output / "skims" / "fileset.json").exists()
    assert not (output / "observables" / "manifest.json").exists() or step == "skim"
    ok(step, config, "-o", output, "-q")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_may_not_be_written(config: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    message = refused("tabulate", config, "-o", locked / "out", "-q")
    assert cause(message).startswith(f"OutputError: cannot write {locked / 'out'}")
