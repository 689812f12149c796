"""TaskVine: a manager in this process, for workers that somebody starts elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coffea.processor import TaskVineExecutor

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.processing.executors.backend import required


@contextmanager
def manager(section: ExecutionSection) -> Iterator[TaskVineExecutor]:
    """Yield the executor that waits for TaskVine workers.

    Raises
    ------
    MissingExtraError
        If TaskVine is not installed.
    """
    _taskvine()
    yield TaskVineExecutor(**_options(section))


def describe(section: ExecutionSection) -> str:
    """Return what `manager` would wait with."""
    _taskvine()
    options = ", ".join(f"{name}={value!r}" for name, value in _options(section).items())
    return f"TaskVineExecutor({options})"


def _options(section: ExecutionSection) -> dict[str, Any]:
    # a chunk that is split would not be the one that the completeness report looks for
    return {**section.options, "split_on_exhaustion": False}


def _taskvine() -> Any:
    return required("ndcctools.taskvine", "taskvine", "conda install -c conda-forge ndcctools")
