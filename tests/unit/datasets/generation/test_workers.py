from __future__ import annotations

from pathlib import Path

import pytest

from coffea_lcf.datasets.generation import workers
from coffea_lcf.datasets.generation.shard import ShardTask
from coffea_lcf.errors import IncompleteError

CHILD = """
import json, os, signal, sys
from pathlib import Path

task, path = json.loads(sys.argv[1]), Path(sys.argv[2])
print("some banner")
print("kept 5", flush=True)
if task["seed"] == 2:
    os.kill(os.getpid(), signal.SIGSEGV)
if task["seed"] == 3:
    sys.exit("the reason of the failure")
print("kept 9", flush=True)
path.write_text("done")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "stand_in_shard.py").write_text(CHILD)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(workers, "SHARD_MODULE", "stand_in_shard")
    return tmp_path


def tasks(folder: Path, *seeds: int) -> dict[Path, ShardTask]:
    return {folder / f"{seed}.parquet": ShardTask("lcf_ww", seed, 9, False) for seed in seeds}


@pytest.mark.parametrize("count", [1, 2])
def test_every_shard_runs_and_reports(folder: Path, count: int) -> None:
    shards = tasks(folder, 1, 4, 5)
    reports: list[tuple[str, int]] = []
    workers.run_shards(shards, count, lambda path, kept: reports.append((path.stem, kept)))
    assert all(path.read_text() == "done" for path in shards)
    assert sorted(reports) == [(seed, kept) for seed in "145" for kept in (5, 9)]


def test_a_crashed_shard_is_reported_and_the_others_finish(folder: Path) -> None:
    shards = tasks(folder, 1, 2, 3, 4)
    with pytest.raises(IncompleteError) as error:
        workers.run_shards(shards, 2, lambda path, kept: None)
    message = str(error.value)
    assert "2 of 4 shards failed" in message
    assert "lcf_ww, seed 2: ended with signal SIGSEGV" in message
    assert "lcf_ww, seed 3: ended with status 1" in message
    assert "last line  the reason of the failure" in message
    assert [path.exists() for path in shards] == [True, False, False, True]


def test_nothing_to_run_is_fine(folder: Path) -> None:
    workers.run_shards({}, 2, lambda path, kept: None)


def test_an_interrupt_starts_no_further_shard(folder: Path) -> None:
    def interrupt(path: Path, kept: int) -> None:
        raise KeyboardInterrupt

    shards = tasks(folder, *range(10, 40))
    with pytest.raises(KeyboardInterrupt):
        workers.run_shards(shards, 1, interrupt)
    assert sum(path.exists() for path in shards) < len(shards)
