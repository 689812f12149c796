"""How a run is carried out: where, in which chunks, and what may go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from coffea.util import coffea_console

from coffea_lcf.datasets.survey import LostFile
from coffea_lcf.processing.checkpoints import Checkpoints
from coffea_lcf.processing.chunks import Splitting, equal_parts
from coffea_lcf.processing.completeness import Judge, everything
from coffea_lcf.processing.isolation import Isolation

Opening = Callable[[], AbstractContextManager[Any]]
"""Gives a coffea executor for the length of a ``with`` block."""


@dataclass(frozen=True)
class Execution:
    """How a run is carried out.

    Parameters
    ----------
    opening
        Opens the coffea executor.
    chunksize
        Most events of a chunk; the least with `whole_clusters`.
    schema
        Name of the coffea schema that the events wear.
    progress
        Whether coffea shows its progress bars.
    splitting
        Cuts a file into chunks.
    isolation
        What happens to a chunk that fails.
    judge
        Decides whether a result with missing chunks may be used.
    checkpoints
        Where finished chunks are kept until the step ends; None keeps none.
    lost
        Files of the datasets that cannot be opened, so that nothing is planned of them.
    """

    opening: Opening
    chunksize: int = 100_000
    schema: str = "BaseSchema"
    progress: bool = False
    splitting: Splitting = equal_parts
    isolation: Isolation = field(default_factory=Isolation)
    judge: Judge = everything
    checkpoints: Checkpoints | None = None
    lost: tuple[LostFile, ...] = ()


@contextmanager
def kept_open(opening: Opening) -> Iterator[Opening]:
    """Yield an opening that opens at its first use and closes at the end of this block.

    A chain of steps then starts one cluster, and none if every step is up to date.
    """
    with ExitStack() as stack:

        @cache
        def executor() -> Any:
            return stack.enter_context(opening())

        @contextmanager
        def opened() -> Iterator[Any]:
            yield executor()

        yield opened


@contextmanager
def bars(executor: Any, visible: bool) -> Iterator[None]:
    """Show or hide coffea's progress bars, whose executors do not all hide them."""
    before = coffea_console.quiet, coffea_console.is_jupyter
    coffea_console.quiet = not visible
    coffea_console.is_jupyter &= visible  # in a notebook a quiet bar leaves an empty widget
    executor.status = visible
    try:
        yield
    finally:
        coffea_console.quiet, coffea_console.is_jupyter = before
