"""One process, this one, or several on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coffea.processor import IterativeExecutor

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.processing.executors.processes import Processes


@contextmanager
def iterative(_: ExecutionSection) -> Iterator[IterativeExecutor]:
    """Yield the executor that takes one chunk after the other in this process."""
    yield IterativeExecutor()


def describe_iterative(_: ExecutionSection) -> str:
    """Return what `iterative` is."""
    return "IterativeExecutor: one chunk after the other in this process"


@contextmanager
def futures(section: ExecutionSection) -> Iterator[Processes]:
    """Yield the executor that shares the chunks out over processes of this machine."""
    yield Processes(workers=section.workers, retries=section.retries)


def describe_futures(section: ExecutionSection) -> str:
    """Return what `futures` would start."""
    return f"FuturesExecutor: {section.workers} processes on this machine"
