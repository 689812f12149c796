"""A chunk that fails is tried again if that can help, and never takes the others with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from coffea.processor.executor import WorkItem

from coffea_lcf.errors import FilesetError, LCFError

FAILURES = "!failures"
"""Key of the failures in an output; no dataset can be called so."""


@dataclass(frozen=True)
class Failure:
    """A chunk that could not be processed.

    Attributes
    ----------
    item
        The chunk, as coffea names it.
    reason
        What went wrong, in one line.
    error
        Our own error, if the input or the configuration has to be mended before any
        run can succeed; None if the file could not be read.
    """

    item: WorkItem
    reason: str
    error: LCFError | None = None


@dataclass(frozen=True)
class Isolation:
    """The rule for chunks that fail, in place of ``Runner.automatic_retries`` of coffea.

    That one lets the first failure stop the run, or skips the chunk without trace
    (under Dask already at the first transient error). Here reading is tried again,
    and a failure is an output like any other, which adds up and is told at the end.

    Parameters
    ----------
    retries
        How often a chunk is tried again after an error of reading.
    pause
        Seconds before the first retry; each further pause is twice as long.
    """

    retries: int = 3
    pause: float = 1.0

    def __call__(
        self,
        retries: int,
        skipbadfiles: Any,
        function: Callable[..., Any],
        *arguments: Any,
        **_: Any,
    ) -> Any:
        """Return the output of `function`, or its failure as an output."""
        for attempt in range(self.retries + 1):
            try:
                return function(*arguments)
            except Exception as error:  # whatever it is, the other chunks go on
                if attempt == self.retries or not is_transient(error):
                    return without(_failure(arguments[0], error))
            time.sleep(self.pause * 2**attempt)
        return None


def without(failure: Failure) -> dict[str, Any]:
    """Return the output of a chunk of which there is nothing but its failure."""
    return {"out": {FAILURES: [failure]}, "processed": set()}


def deadly(item: WorkItem, workers: int, signs: str, remedy: str) -> dict[str, Any]:
    """Return the output of a chunk that took every worker with it.

    Parameters
    ----------
    item
        The chunk.
    workers
        How many worker processes died of it while they had nothing else to do.
    signs
        What is known of their end, such as the exit code.
    remedy
        What to change if they died for want of memory.
    """
    died = "the worker" if workers == 1 else f"each of {workers} workers"
    reason = f"WorkerDied: {died} that ran this chunk alone died ({signs}); {remedy}"
    return without(Failure(item, reason))


def is_transient(error: BaseException) -> bool:
    """Tell whether reading failed in a way that may pass: an ``OSError`` that is not ours."""
    return any(
        isinstance(link, OSError) and not isinstance(link, LCFError | FileNotFoundError)
        for link in _links(error)
    )


def _failure(arguments: Any, error: BaseException) -> Failure:
    # under Dask the processor travels beside the item
    item = arguments[0] if isinstance(arguments, tuple) else arguments
    own = next((link for link in _links(error) if isinstance(link, LCFError)), None)
    if own is not None and not isinstance(own, FilesetError):
        return Failure(item, first_line(own), own)
    return Failure(item, first_line(own or cause(error)))


def cause(error: BaseException) -> BaseException:
    """Return what lies below the bare ``Exception`` that coffea wraps around any error."""
    return next((link for link in _links(error) if type(link) is not Exception), error)


def first_line(error: BaseException) -> str:
    """Return class and first line of `error`."""
    text = next((line.strip() for line in str(error).split("\n") if line.strip()), "no message")
    return f"{type(error).__name__}: {text}"


def _links(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
