"""The command line in the processes of ``torchrun``: one result, as of one process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import coffea_lcf as lcf

from .chain import files_in, ok, read_json, refused, write_config

LAUNCHER = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


def in_two_processes(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``coffea-lcf`` with `arguments` as ``torchrun`` does."""
    command = [sys.executable, *LAUNCHER, "-m", "coffea_lcf", *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_fit_in_two_processes_is_written_once(flat: dict[str, Any], tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, fit={"device": "cpu"})
    alone, together = tmp_path / "alone", tmp_path / "together"
    for output in (alone, together):
        ok("tabulate", config, "-o", output, "-q")
    ok("fit", config, "-o", alone, "-q")
    done = in_two_processes("fit", config, "-o", together)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("fit  done") == 1
    assert files_in(together) == files_in(alone)
    expected, found = (lcf.Selection.load(one / "selection.json") for one in (alone, together))
    assert [str(cut) for cut in found.cuts] == [str(cut) for cut in expected.cuts]
    assert list(read_json(together / "run.json")["steps"]) == ["tabulate", "fit"]


def test_other_commands_are_refused(
    flat: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    monkeypatch.setenv("WORLD_SIZE", "2")
    for command in ("run", "tabulate"):
        message = refused(command, config, "-o", tmp_path / "output")
        assert f"{command!r} was started in 2 processes" in message
    assert not (tmp_path / "output").exists()
