"""Run a processor over surveyed files, and account for every chunk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from coffea import processor
from coffea.processor.executor import WorkItem

from coffea_lcf.datasets.companions import with_companions
from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.errors import IncompleteError, LCFError, OutputError
from coffea_lcf.processing.checkpoints import Checkpoints
from coffea_lcf.processing.chunks import chunks
from coffea_lcf.processing.completeness import Report, completeness, place, shortened
from coffea_lcf.processing.execution import Execution, bars
from coffea_lcf.processing.isolation import FAILURES, Failure, cause, first_line
from coffea_lcf.processing.open_files import KeptOpen, release
from coffea_lcf.processing.schemas import SCHEMAS


class BranchReader(Protocol):
    """A processor that says which branches it reads."""

    def branches_to_read(self) -> list[str]:
        """Return all branches that a chunk reads."""

    def process(self, events: Any) -> dict[str, Any]:
        """Return the output of a chunk."""


def run(
    infos: tuple[FileInfo, ...], analysis: BranchReader, execution: Execution
) -> tuple[dict[str, Any], Report]:
    """Return the accumulated output of `analysis` over all events of `infos`.

    Only the branches that the processor needs, and their companions, are offered
    to the schema, so that a wide tree costs no more than a narrow one.

    Raises
    ------
    LCFError
        The processor's own error, if it raised one.
    IncompleteError
        If chunks are missing that the execution does not allow to miss, or if
        the run as a whole broke off.
    """
    items = list(chunks(infos, execution.chunksize, execution.splitting))
    raw = _processed(items, analysis, execution, offered_branches(infos, analysis))
    output = raw["out"]
    # the order of the files, whatever order the executor finished the chunks in
    failed: dict[WorkItem, Failure] = {one.item: one for one in output.pop(FAILURES, [])}
    failures = [failed[item] for item in items if item in failed]
    report = completeness(infos, items, raw["processed"], failures, execution.lost)
    try:
        execution.judge(report, failures)
    except (IncompleteError, OutputError):
        raise
    except LCFError:
        # what has to be mended is part of the identity: nothing could be used again
        if execution.checkpoints is not None:
            execution.checkpoints.discard()
        raise
    return output, report


def offered_branches(infos: Sequence[FileInfo], analysis: BranchReader) -> list[str]:
    """Return the branches that the schema is offered: those read, and their companions."""
    layouts = dict.fromkeys(info.branches for info in infos)
    known = tuple(dict.fromkeys(name for branches in layouts for name in branches))
    return list(with_companions(analysis.branches_to_read(), known))


def _processed(
    items: list[WorkItem], analysis: BranchReader, execution: Execution, branches: list[str]
) -> dict[str, Any]:
    if execution.checkpoints is not None:
        execution.checkpoints.start()
    try:
        with execution.opening() as executor, bars(executor, execution.progress):
            runner = processor.Runner(
                executor=executor,
                chunksize=execution.chunksize,
                schema=SCHEMAS[execution.schema],
                checkpointer=execution.checkpoints,
            )
            runner.automatic_retries = KeptOpen(execution.isolation, execution.checkpoints)
            options = {"filter_name": branches}
            raw: dict[str, Any] = runner.run(items, analysis, iteritems_options=options)
    except LCFError:
        raise
    except Exception as error:  # a broken executor: coffea raises whatever it met
        raise _broken_off(error, items, execution.checkpoints) from error
    finally:
        release()
    return raw


def _broken_off(
    error: Exception, items: list[WorkItem], checkpoints: Checkpoints | None
) -> IncompleteError:
    """Return the error that says what is done and what remains."""
    done = set() if checkpoints is None else checkpoints.finished(items)
    remaining = [place(item) for item in items if item not in done]
    lines = [
        f"the run broke off, nothing was written: {first_line(cause(error))}",
        f"  {len(done)} of {len(items)} chunks are kept; the same command goes on with the other "
        f"{len(remaining)}:",
        *(f"    {line}" for line in shortened(remaining)),
    ]
    return IncompleteError("\n".join(lines))
