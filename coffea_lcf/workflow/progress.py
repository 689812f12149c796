"""Progress bars of the steps that are not coffea's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


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
