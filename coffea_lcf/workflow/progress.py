"""Progress bars of the steps that are not coffea's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@contextmanager
def steps_bar(title: str, visible: bool) -> Iterator[Callable[[int], None] | None]:
    """Yield what shows the number of finished steps, or None where nothing is shown."""
    if not visible:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(title)
        yield lambda step: bar.update(task, description=f"{title}: step {step}")


@contextmanager
def epochs_bar(title: str, epochs: int, visible: bool) -> Iterator[Callable[[int], None]]:
    """Yield what shows how many of at most `epochs` are done, and the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, *times, transient=True, disable=not visible) as bar:
        task = bar.add_task(title, total=epochs)
        yield lambda done: bar.update(task, completed=done)
