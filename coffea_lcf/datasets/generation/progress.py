"""The progress bar of a sample: events kept, over all its shards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from coffea_lcf.datasets.generation.shard import ShardTask


@contextmanager
def progress_bar(
    title: str, tasks: Mapping[Path, ShardTask], *, show: bool
) -> Iterator[Callable[[Path, int], None]]:
    """Show how many events are kept; yield what to call with a shard and its number of them.

    Finished shards, whose file exists, count from the start.
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("events"),
        TimeRemainingColumn(),
    )  # fmt: skip
    kept = {path: task.events if path.exists() else 0 for path, task in tasks.items()}
    with Progress(*columns, console=Console(stderr=True), disable=not show) as bar:
        total = sum(task.events for task in tasks.values())
        line = bar.add_task(title, total=total, completed=sum(kept.values()))

        def report(path: Path, events: int) -> None:
            kept[path] = events
            bar.update(line, completed=sum(kept.values()))

        yield report
