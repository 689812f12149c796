"""The coffea executors that a configuration can name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from coffea import processor
from coffea.util import coffea_console

ExecutorName = Literal["iterative", "futures"]


def make_executor(name: ExecutorName, workers: int) -> Any:
    """Return the coffea executor `name`.

    Parameters
    ----------
    name
        ``iterative`` (this process) or ``futures`` (processes on this machine).
    workers
        Number of processes of ``futures``.
    """
    if name == "futures":
        return processor.FuturesExecutor(workers=workers)
    return processor.IterativeExecutor()


@contextmanager
def bars(visible: bool) -> Iterator[None]:
    """Show or hide coffea's progress bars, whose executors do not all hide them."""
    before = coffea_console.quiet
    coffea_console.quiet = not visible
    try:
        yield
    finally:
        coffea_console.quiet = before
