"""The options of the commands that read events, and what they print beside the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from coffea_lcf.workflow.plan import Plan

READERS = ("train", "tabulate", "cutflow", "skim")
"""The commands that read events."""

EXECUTORS = ("iterative", "futures", "dask", "parsl", "taskvine")
"""`coffea_lcf.config.execution.ExecutorName`, whose import would make ``--help`` slow."""


def execution_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where and how events are read."""
    for option in (
        click.option("--dry-run", is_flag=True,
                     help="Print what would be started and read, and stop."),
        click.option("--allow-missing", is_flag=True, default=None,
                     help="Write results without chunks that cannot be read (exit status 3)."),
        click.option("--chunksize", type=click.IntRange(min=1), help="Most events of a chunk."),
        click.option("--scheduler", help="Address of a Dask scheduler that runs already."),
        click.option("--workers", type=click.IntRange(min=1),
                     help="Processes or jobs of the executor."),
        click.option("--executor", type=click.Choice(EXECUTORS),
                     help="Where the processors run.  [default: as configured]"),
    ):  # fmt: skip
        command = option(command)
    return command


def show_plan(plan: Plan) -> None:
    """Print what would be started and read."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(plan.executor, markup=False)
    table = Table("dataset", box=None)
    for title in ("files", "chunks", "events", "MB"):
        table.add_column(title, justify="right")
    for one in plan.datasets:
        size = f"{one.bytes / 1e6:.2f}"
        table.add_row(one.dataset, f"{one.files}", f"{one.chunks}", f"{one.events}", size)
    console.print(f"\n{plan.branches} branches are read (compressed size below)")
    console.print(table)
    if plan.training:
        console.print(plan.training, markup=False)
    console.print("nothing was started, submitted or written")


def show_completeness(console: Console, documents: Iterable[Mapping[str, Any]]) -> None:
    """Print what was expected and processed in each dataset, and why chunks are missing."""
    from coffea_lcf.processing.completeness import Completeness, told

    report = tuple(Completeness.from_document(one) for one in documents)
    if not report:
        return
    console.print(told(report), markup=False)
    for one in report:
        lost = one.events_expected - one.events_processed
        if lost:
            console.print(
                f"  INCOMPLETE: {one.dataset} lacks {lost} of {one.events_expected} events "
                f"({lost / one.events_expected:.2%}); its yields are normalised without them",
                markup=False,
            )
