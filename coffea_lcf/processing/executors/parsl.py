"""Parsl: worker processes on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from coffea.processor import ParslExecutor

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.processing.executors.backend import required


@contextmanager
def local_workers(section: ExecutionSection) -> Iterator[ParslExecutor]:
    """Yield the executor of parsl workers on this machine.

    Raises
    ------
    MissingExtraError
        If parsl is not installed.
    """
    parsl = _parsl()
    high_throughput = parsl.executors.HighThroughputExecutor(
        label="coffea_lcf", max_workers_per_node=section.workers
    )
    with TemporaryDirectory() as folder:
        config = parsl.config.Config(executors=[high_throughput], run_dir=folder)
        with parsl.load(config):
            yield ParslExecutor(**section.options)


def describe(section: ExecutionSection) -> str:
    """Return what `local_workers` would start."""
    return f"ParslExecutor of parsl {_parsl().__version__}: {section.workers} workers"


def _parsl() -> Any:
    return required("parsl", "parsl", "pip install parsl")
