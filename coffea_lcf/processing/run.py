"""Run a processor over surveyed files, and account for every chunk."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Protocol

from coffea import processor

from coffea_lcf.datasets.companions import with_companions
from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.errors import IncompleteError, LCFError
from coffea_lcf.processing.execution import bars
from coffea_lcf.processing.schemas import SCHEMAS

ERRORS = "!errors"
"""Key of the errors in an output; no dataset can be called so."""


class BranchReader(Protocol):
    """A processor that says which branches it reads."""

    def branches_to_read(self) -> list[str]:
        """Return all branches that a chunk reads."""

    def process(self, events: Any) -> dict[str, Any]:
        """Return the output of a chunk."""


@dataclass(frozen=True)
class Execution:
    """How a run is carried out.

    Parameters
    ----------
    executor
        A coffea executor.
    chunksize
        Most events of a chunk.
    schema
        Name of the coffea schema that the events wear.
    progress
        Whether coffea shows its progress bars.
    """

    executor: Any
    chunksize: int = 100_000
    schema: str = "BaseSchema"
    progress: bool = False


@dataclass(frozen=True)
class Completeness:
    """What was to be processed in a dataset, and what was."""

    dataset: str
    files: int
    chunks_expected: int
    chunks_processed: int
    events_expected: int
    events_processed: int
    failures: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every chunk was processed."""
        return self.chunks_processed == self.chunks_expected

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "failures": list(self.failures), "complete": self.complete}


def chunks(infos: Iterable[FileInfo], chunksize: int) -> Iterator[processor.executor.WorkItem]:
    """Yield the work items of coffea: each file in equal parts of at most `chunksize`."""
    for info in infos:
        count = -(-info.entries // chunksize)
        edges = [info.entries * part // count for part in range(count + 1)] if count else []
        for start, stop in itertools.pairwise(edges):
            yield processor.executor.WorkItem(
                info.dataset, info.path, info.tree, start, stop, uuid.UUID(info.uuid).bytes, {}
            )


def run(
    infos: tuple[FileInfo, ...], analysis: BranchReader, execution: Execution
) -> tuple[dict[str, Any], tuple[Completeness, ...]]:
    """Return the accumulated output of `analysis` over all events of `infos`.

    Only the branches that the processor needs, and their companions, are offered
    to the schema, so that a wide tree costs no more than a narrow one.

    Raises
    ------
    LCFError
        The processor's own error, if it raised one.
    IncompleteError
        If another failure stopped the run, or chunks are missing at its end.
    """
    items = list(chunks(infos, execution.chunksize))
    runner = processor.Runner(
        executor=execution.executor,
        chunksize=execution.chunksize,
        schema=SCHEMAS[execution.schema],
    )
    known = tuple(dict.fromkeys(name for info in infos for name in info.branches))
    options = {"filter_name": list(with_companions(analysis.branches_to_read(), known))}
    try:
        with bars(execution.progress):
            raw = runner.run(items, partial(_guarded, analysis), iteritems_options=options)
    except Exception as error:  # coffea wraps whatever happened into a bare Exception
        raise _cause(error) from error
    for own in raw["out"].get(ERRORS, ()):
        raise own
    report = completeness(infos, items, raw["processed"])
    missing = [one for one in report if not one.complete]
    if missing:
        first = missing[0]
        msg = (
            f"dataset {first.dataset!r}: {first.chunks_processed} of {first.chunks_expected} "
            f"chunks were processed, {first.failures[0]} is missing"
        )
        raise IncompleteError(msg)
    return raw["out"], report


def _guarded(analysis: BranchReader, events: Any) -> dict[str, Any]:
    """Return the output, or our own error as output: coffea would retry it in vain."""
    try:
        return analysis.process(events)
    except LCFError as error:
        return {ERRORS: [error]}


def _cause(error: BaseException) -> LCFError:
    """Return our own error from the chain that coffea wraps around it."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, LCFError):
            return link
        link = link.__cause__ or link.__context__
    msg = f"the run stopped: {error}\n  nothing was written; mend the cause and run again"
    return IncompleteError(msg)


def completeness(
    infos: tuple[FileInfo, ...], expected: list[Any], processed: set[Any]
) -> tuple[Completeness, ...]:
    """Return what was expected and processed, per dataset in the order of `infos`."""
    report = []
    for dataset in dict.fromkeys(info.dataset for info in infos):
        wanted = [item for item in expected if item.dataset == dataset]
        done = [item for item in wanted if item in processed]
        report.append(
            Completeness(
                dataset=dataset,
                files=sum(info.dataset == dataset for info in infos),
                chunks_expected=len(wanted),
                chunks_processed=len(done),
                events_expected=sum(len(item) for item in wanted),
                events_processed=sum(len(item) for item in done),
                failures=tuple(
                    f"{item.filename}[{item.entrystart}:{item.entrystop}]"
                    for item in wanted
                    if item not in processed
                ),
            )
        )
    return tuple(report)
