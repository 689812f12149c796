from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import coffea_lcf as lcf
from coffea_lcf.errors import FitError
from coffea_lcf.training import distributed
from coffea_lcf.training.distributed import (
    agreed,
    check_alike,
    counted,
    own_rows,
    processes,
    started,
    summed,
)
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.recipe import Recipe

REPOSITORY = Path(__file__).parents[3]
FITS = {
    "sequential": {"strategy": "sequential"},
    "parallel": {"strategy": "parallel", "validation_fraction": 0.25},
    "refined": {"strategy": "sequential", "preset": Recipe(Newton(whole=1000, start=500))},
}
"""Fits of every event, with validation, and of more events than all steps go over."""

REFUSED = {
    "adam": {"preset": "gradient"},
    "joint": {"strategy": "joint"},
}

SCRIPT = """
import sys
from pathlib import Path

from tests.unit.training.test_distributed import learn

learn(Path(sys.argv[1]))
"""


def events(rows: int = 4001) -> lcf.ObservableTable:
    """Return two classes in a window and a shift, with weights, and noise."""
    generator = torch.Generator().manual_seed(5)
    normal = torch.randn(3, rows, generator=generator)
    label = torch.arange(rows) % 2 == 0
    columns = {
        "peak": normal[0] * torch.where(label, 1.0, 4.0),
        "shift": normal[1] + torch.where(label, -1.0, 1.0),
        "noise": normal[2],
    }
    weight = 0.5 + torch.rand(rows, generator=generator)
    return lcf.ObservableTable.from_arrays(
        {name: column.numpy() for name, column in columns.items()}, label.numpy(), weight.numpy()
    )


def learn(folder: Path) -> None:
    """Do all fits as one of the processes of ``torchrun``; each notes what it found."""
    found: dict[str, object] = {}
    with started() as number:
        found["processes"] = processes()
        for name, options in FITS.items():
            found[name] = summary(lcf.fit(events(), device="cpu", **options))
        for name, options in REFUSED.items():
            found[name] = refusal(events(), **options)
        found["other events"] = refusal(events(4000 + number))
    (folder / f"{number}.json").write_text(json.dumps(found))


def summary(result: lcf.FitResult) -> dict[str, object]:
    boundaries = {
        f"{repeat} {cut.observable} {cut.case} {side}": getattr(cut, side)
        for repeat, one in enumerate((result.selection, *result.repeats))
        for cut in one.cuts
        for side in ("lower", "upper")
        if getattr(cut, side) is not None
    }
    return {
        "boundaries": boundaries,
        "importance": dict(result.importance),
        "loss": float(result.history["loss"][-1, 0]),
        "unused": list(result.selection.unused),
    }


def refusal(table: lcf.ObservableTable, **options: object) -> str:
    try:
        lcf.fit(table, device="cpu", **options)
    except FitError as error:
        return str(error)
    return "none"


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Return what each of two processes found."""
    folder = tmp_path_factory.mktemp("distributed")
    script = folder / "script.py"
    script.write_text(SCRIPT)
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    command = [sys.executable, *launcher, str(script), str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads((folder / f"{number}.json").read_text()) for number in (0, 1)]


@pytest.mark.parametrize("name", FITS)
def test_two_processes_learn_what_one_does(of_two, name):
    alone = summary(lcf.fit(events(), device="cpu", **FITS[name]))
    together = of_two[0][name]
    assert of_two[0]["processes"] == 2
    assert together["unused"] == alone["unused"] == ["noise"]
    assert together["boundaries"] == pytest.approx(alone["boundaries"], rel=1e-5, abs=1e-5)
    assert together["importance"] == pytest.approx(alone["importance"], rel=1e-5, abs=1e-5)
    assert together["loss"] == pytest.approx(alone["loss"], rel=1e-6)


@pytest.mark.parametrize("name", FITS)
def test_all_processes_learn_exactly_the_same(of_two, name):
    assert of_two[0][name] == of_two[1][name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("adam", "the optimiser 'adam' learns in one process"),
        ("joint", "the joint strategy learns in one process"),
        ("other events", "the processes have other events: events from 4000 to 4001"),
    ],
)
def test_what_cannot_be_divided_is_refused_in_all_processes(of_two, name, message):
    assert all(one[name].startswith(message) for one in of_two)


def test_one_process_has_everything():
    part = torch.tensor([1.0, 2.0])
    with started() as number:
        assert (number, processes()) == (0, 1)
        assert own_rows(7) == slice(0, 7)
        assert summed(part) is agreed(part) is part
        assert counted(7) == 7
        check_alike(events=7)


@pytest.mark.parametrize(("rows", "count"), [(10, 3), (2, 4), (0, 2)])
def test_every_row_is_of_one_process(rows, count, monkeypatch):
    found = []
    monkeypatch.setattr(distributed, "processes", lambda: count)
    for rank in range(count):
        monkeypatch.setattr(distributed.dist, "get_rank", lambda rank=rank: rank)
        found.append(range(rows)[own_rows(rows)])
    assert [row for part in found for row in part] == list(range(rows))
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_processes_that_torchrun_did_not_start_are_told(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    for name in ("RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    message = "WORLD_SIZE is 2, but RANK, MASTER_ADDR, MASTER_PORT is not set"
    with pytest.raises(FitError, match=message), started():
        pass
