"""Workers and schedulers that die: their chunks run again, and what kills all is named."""

from __future__ import annotations

import os
import signal as signal_numbers
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.processing.executors.dask import connected
from tests.integration.chain import cause, columns, incomplete, lcf, ok, read_json, write_config
from tests.integration.counting import noted, order
from tests.integration.rootfiles import flat_columns

from .baskets import EVENTS


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Return a cluster of two processes, which gives a chunk up when it killed two workers."""
    distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
    settings = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.deploy.lost-worker-timeout": "1 hour",
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as running,
    ):
        yield running


def test_killed_worker_is_replaced(
    tmp_path: Path, config: Path, output: Path, cluster: Any
) -> None:
    order(tmp_path, "kill", 2)
    options = ("--executor", "dask", "--scheduler", cluster.scheduler_address)
    ok("tabulate", config, "-o", output, "-q", *options)
    assert noted(tmp_path).count(2) >= 2
    np.testing.assert_array_equal(
        columns(output, "signal")["y"], flat_columns("signal", EVENTS)["y"]
    )


@pytest.mark.slow
def test_worker_that_takes_long_to_come_back_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(ExecutionSection(executor="dask", workers=1)) as executor:
        [pid] = executor.client.run(os.getpid).values()
        # Dask by itself would have dropped it for good after 15 seconds
        (tmp_path / "sitecustomize.py").write_text("import time; time.sleep(20)")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        os.kill(pid, signal_numbers.SIGKILL)
        assert executor.client.submit(os.getpid, pure=False).result(timeout=120) != pid


def test_process_that_is_killed_is_replaced(tmp_path: Path, config: Path, output: Path) -> None:
    order(tmp_path, "kill", 2)
    ok("tabulate", config, "-o", output, "-q", "--executor", "futures")
    assert noted(tmp_path).count(2) >= 2
    np.testing.assert_array_equal(
        columns(output, "signal")["y"], flat_columns("signal", EVENTS)["y"]
    )


def named_and_left_out(
    folder: Path, config: Path, signal: Path, output: Path, *options: object
) -> str:
    """Have a chunk kill whoever runs it; return what is said of it and check all the rest."""
    arguments = ("tabulate", config, "-o", output)
    message = incomplete(*arguments, "-q", *options)
    assert cause(message) == (
        "IncompleteError: 1 of 6 chunks could not be processed, nothing was written"
    )
    assert not (output / "run.json").exists()
    others = noted(folder)
    assert set(others) == {1, 2, 3, 4, 5, 6}

    # the other chunks are kept, and the result without this one is right
    result = lcf(*arguments, *options, "--allow-missing")
    assert result.exit_code == 3, result.output
    assert "INCOMPLETE: signal lacks 100 of 300 events (33.33%)" in result.stdout
    assert set(noted(folder)) == {2}
    kept = np.r_[0:100, 200:300]
    expected = flat_columns("signal", EVENTS)["y"][kept]
    np.testing.assert_array_equal(columns(output, "signal")["y"], expected)

    (folder / "order").unlink()
    ok(*arguments, "-q")
    assert noted(folder) == [2]
    assert len(columns(output, "signal")["y"]) == EVENTS
    [line] = [line for line in message.split("\n") if str(signal) in line]
    return line.split(f"{signal}[100:200]: ")[1]


def test_chunk_that_kills_every_process_is_named(
    tmp_path: Path, config: Path, signal: Path, output: Path
) -> None:
    document = yaml.safe_load(config.read_text())
    write_config(config, document, execution={**document["execution"], "retries": 1})
    order(tmp_path, "exit", 2, times=99)
    said = named_and_left_out(tmp_path, config, signal, output, "--executor", "futures")
    assert said == (
        "WorkerDied: the worker that ran this chunk alone died (EXIT(7)); if for want of memory, "
        "set a smaller execution.chunksize or fewer execution.workers"
    )


def test_chunk_that_kills_every_worker_is_named(
    tmp_path: Path, config: Path, signal: Path, output: Path, cluster: Any
) -> None:
    order(tmp_path, "kill", 2, times=99)
    options = ("--executor", "dask", "--scheduler", cluster.scheduler_address)
    assert named_and_left_out(tmp_path, config, signal, output, *options) == (
        "WorkerDied: each of 2 workers that ran this chunk alone died (KilledWorker); if for want "
        "of memory, set more execution.memory or a smaller execution.chunksize"
    )


@contextmanager
def scheduler_and_worker(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a Dask scheduler and one worker as processes; give address and process id."""
    address = folder / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
    scheduler += ["--port", "0", "--scheduler-file", str(address), "--host", "127.0.0.1"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--no-dashboard"]
    worker += ["--nthreads", "1", "--scheduler-file", str(address), "--death-timeout", "20"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    with subprocess.Popen(scheduler, **quiet) as one, subprocess.Popen(worker, **quiet) as two:
        try:
            while not address.exists():
                time.sleep(0.1)
            yield read_json(address)["address"], one.pid
        finally:
            one.kill()
            two.kill()


def test_scheduler_that_dies(tmp_path: Path, config: Path, output: Path) -> None:
    pytest.importorskip("distributed")
    with scheduler_and_worker(tmp_path) as (address, pid):
        order(tmp_path, pid, 3)
        options = ("--executor", "dask", "--scheduler", address)
        message = incomplete("tabulate", config, "-o", output, "-q", *options)
    assert cause(message).startswith("IncompleteError: the run broke off, nothing was written: ")
    assert "of 6 chunks are kept; the same command goes on with the other" in message
    noted(tmp_path)
    ok("tabulate", config, "-o", output, "-q")
    assert len(noted(tmp_path)) < 6
    np.testing.assert_array_equal(
        columns(output, "signal")["y"], flat_columns("signal", EVENTS)["y"]
    )
