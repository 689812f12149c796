"""Run shards in child processes, a few at a time, and report those that end badly.

A child is a new interpreter: fastjet and Pythia are C++ and can end theirs without an exception,
which would take a shared pool of workers down with it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from coffea_lcf.datasets.generation.shard import PROGRESS, ShardTask
from coffea_lcf.errors import IncompleteError

SHARD_MODULE = "coffea_lcf.datasets.generation.shard"


def run_shards(
    tasks: Mapping[Path, ShardTask], workers: int, report: Callable[[Path, int], None]
) -> None:
    """Generate every shard, at most `workers` at a time.

    Parameters
    ----------
    tasks
        Task of each shard file.
    workers
        Number of child processes.
    report
        Called with a shard file and the number of its events kept so far; from several threads.

    Raises
    ------
    IncompleteError
        Some shards failed. All the others were run to their end and their files stay.
    """
    with ThreadPoolExecutor(max_workers=workers) as pool:
        runs = {path: pool.submit(_run_shard, path, task, report) for path, task in tasks.items()}
        try:
            codes = {path: run.result() for path, run in runs.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    failures = [_failure(path, tasks[path], code) for path, code in codes.items() if code != 0]
    if failures:
        msg = "\n".join(
            [
                f"{len(failures)} of {len(tasks)} shards failed",
                *failures,
                "  finished shards are kept: the same command again generates only these",
            ]
        )
        raise IncompleteError(msg)


def _run_shard(path: Path, task: ShardTask, report: Callable[[Path, int], None]) -> int:
    command = [sys.executable, "-m", SHARD_MODULE, json.dumps(asdict(task)), str(path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with (
        _log(path).open("w") as log,
        # one pipe for both streams, so that the log keeps the order the child wrote in
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as child,
    ):
        try:
            for line in child.stdout or ():
                if line.startswith(PROGRESS):
                    report(path, int(line.removeprefix(PROGRESS)))
                else:
                    log.write(line)
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _log(path: Path) -> Path:
    return path.with_suffix(".log")


def _failure(path: Path, task: ShardTask, code: int) -> str:
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
    lines = _log(path).read_text(errors="replace").splitlines()
    last = lines[-1].strip() if lines else "(no output)"
    return (
        f"  process    {task.process}, seed {task.seed}: ended with {how}\n"
        f"  log        {_log(path)}\n"
        f"  last line  {last}"
    )
