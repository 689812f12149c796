"""The coffea executors that a configuration can name."""

from __future__ import annotations

from typing import Any, Literal

from coffea import processor

ExecutorName = Literal["iterative", "futures"]


def make_executor(name: ExecutorName, workers: int, progress: bool) -> Any:
    """Return the coffea executor `name`.

    Parameters
    ----------
    name
        ``iterative`` (this process) or ``futures`` (processes on this machine).
    workers
        Number of processes of ``futures``.
    progress
        Whether to show coffea's progress bar, where the executor can hide it.
    """
    if name == "futures":
        return processor.FuturesExecutor(workers=workers, status=progress)
    return processor.IterativeExecutor(status=progress)
