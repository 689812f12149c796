"""What a run was to process, what it did process, and what to think of the difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from coffea.processor.executor import WorkItem

from coffea_lcf.datasets.survey import FileInfo, LostFile
from coffea_lcf.errors import IncompleteError, OutputError
from coffea_lcf.processing.isolation import Failure

MOST = 10
"""Failures that a message lists; ``run.json`` has all of them."""

NOT_TOLD = "it is missing from the result, nobody said why"


@dataclass(frozen=True)
class Completeness:
    """What was to be processed in a dataset, and what was.

    Attributes
    ----------
    failures
        ``FILE[START:STOP]: REASON`` of each chunk that is missing, ``FILE: REASON`` of each
        file.
    files_lost
        Files that cannot be opened, whose events are in none of the numbers.
    processed_of_lacking
        Events processed of each file that lacks some, by path.
    """

    dataset: str
    files: int
    chunks_expected: int
    chunks_processed: int
    events_expected: int
    events_processed: int
    failures: tuple[str, ...] = ()
    files_lost: int = 0
    processed_of_lacking: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every event was processed; of a lost file nobody knows how many that are."""
        return self.chunks_processed == self.chunks_expected and not self.failures

    @property
    def share(self) -> float:
        """Part of the events that were processed; a lost file counts as one of mean size."""
        opened = (self.files - self.files_lost) / self.files
        return opened * self.events_processed / self.events_expected

    def share_of(self, path: str, entries: int) -> float:
        """Return the part of the events of one file that were processed."""
        lacking = self.processed_of_lacking
        return lacking[path] / entries if path in lacking else 1.0

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "failures": list(self.failures), "complete": self.complete}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Completeness:
        """Return what `to_document` gave."""
        # a document of an older version lacks what has a default
        values = {one.name: document[one.name] for one in fields(cls) if one.name in document}
        return cls(**{**values, "failures": tuple(document["failures"])})

    def __str__(self) -> str:
        """Return one line of figures."""
        return (
            f"{self.dataset}: {self.events_processed} of {self.events_expected} events, "
            f"{self.chunks_processed} of {self.chunks_expected} chunks processed"
        )


Report = tuple[Completeness, ...]
Judge = Callable[[Report, Sequence[Failure]], None]
"""Raises if a result is not to be used."""


def completeness(
    infos: Iterable[FileInfo],
    expected: Iterable[WorkItem],
    processed: AbstractSet[WorkItem],
    failures: Iterable[Failure] = (),
    lost: Iterable[LostFile] = (),
) -> Report:
    """Return what was expected and processed, per dataset in the order of `infos`.

    Of a file that is lost nobody knows the events: it counts as a file and a failure.
    """
    reasons = {failure.item: failure.reason for failure in failures}
    files = Counter(info.dataset for info in infos)
    wanted: dict[str, list[WorkItem]] = defaultdict(list)
    for item in expected:
        wanted[item.dataset].append(item)
    gone: dict[str, list[str]] = defaultdict(list)
    for file in lost:
        gone[file.dataset].append(f"{file.path}: {file.reason}")
    return tuple(
        _of_dataset(dataset, count, wanted[dataset], processed, reasons, gone[dataset])
        for dataset, count in files.items()
    )


def _of_dataset(
    dataset: str,
    files: int,
    wanted: Sequence[WorkItem],
    processed: AbstractSet[WorkItem],
    reasons: Mapping[WorkItem, str],
    gone: Sequence[str],
) -> Completeness:
    done = [item for item in wanted if item in processed]
    missing = [item for item in wanted if item not in processed]
    untold = (f"{place(item)}: {reasons.get(item, NOT_TOLD)}" for item in missing)
    return Completeness(
        dataset=dataset,
        files=files + len(gone),
        chunks_expected=len(wanted),
        chunks_processed=len(done),
        events_expected=sum(len(item) for item in wanted),
        events_processed=sum(len(item) for item in done),
        failures=(*gone, *untold),
        files_lost=len(gone),
        processed_of_lacking=_processed_of_lacking(done, missing),
    )


def _processed_of_lacking(done: Sequence[WorkItem], missing: Sequence[WorkItem]) -> dict[str, int]:
    events = {item.filename: 0 for item in missing}
    for item in done:
        if item.filename in events:
            events[item.filename] += len(item)
    return events


def place(item: WorkItem) -> str:
    """Return ``FILE[START:STOP]`` of a chunk."""
    return f"{item.filename}[{item.entrystart}:{item.entrystop}]"


def shortened(lines: Sequence[str], most: int = MOST) -> list[str]:
    """Return the first `most` lines, and how many more there are."""
    more = len(lines) - most
    return [*lines[:most], *([f"and {more} more"] if more > 0 else [])]


def told(report: Report) -> str:
    """Return the lines of every dataset and the first failures."""
    failures = [failure for one in report for failure in one.failures]
    lines = [*map(str, report), *shortened(failures)]
    return "\n".join(f"  {line}" for line in lines)


def everything(report: Report, failures: Sequence[Failure]) -> None:
    """Judge: not one chunk may be missing.

    Raises
    ------
    LCFError
        The first chunk's own error, if one cannot be processed at all.
    IncompleteError
        With the figures of each dataset, if chunks could not be read.
    """
    for failure in failures:
        if failure.error is not None:
            raise failure.error
    if not all(one.complete for one in report):
        expected = sum(one.chunks_expected for one in report)
        missing = expected - sum(one.chunks_processed for one in report)
        msg = (
            f"{missing} of {expected} chunks could not be processed, nothing was written\n"
            f"{told(report)}\n"
            f"  mend the files and run again: the other chunks are kept\n"
            f"  or go without them:  --allow-missing"
        )
        raise IncompleteError(msg)


def at_least_some(report: Report, failures: Sequence[Failure]) -> None:
    """Judge: chunks may be missing, a whole dataset may not, and outputs must be writable.

    Raises
    ------
    OutputError
        The first chunk's own error, if an output cannot be written.
    LCFError, IncompleteError
        As `everything`, if no chunk of a dataset was processed.
    """
    for failure in failures:
        if isinstance(failure.error, OutputError):
            raise failure.error
    if not all(one.chunks_processed for one in report if one.chunks_expected):
        everything(report, failures)
