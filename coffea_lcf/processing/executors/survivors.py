"""Dask workers, of which any may die without taking results with it.

Dask gives a chunk up that was on several workers when they died, and with it all that
its output was to be added to. Outputs are therefore added up only once they are there,
and fetched some at a time; a chunk that was given up runs again alone, for it may only
have been beside the one that killed the workers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from coffea.processor import DaskExecutor
from coffea.processor.accumulator import accumulate
from coffea.processor.executor import WorkItem
from coffea.util import rich_bar

from coffea_lcf.processing.isolation import deadly

Function = Callable[..., Any]

REMEDY = "if for want of memory, set more execution.memory or a smaller execution.chunksize"


@dataclass
class Survivors(DaskExecutor):  # type: ignore[misc]
    """coffea's executor of Dask, for which the death of workers is a failure of one chunk."""

    def __call__(
        self, items: Sequence[WorkItem], function: Function, accumulator: Any
    ) -> tuple[Any, int]:
        """Return the sum of the outputs of `function` over `items`, and 0 for no exception."""
        # a task like any other: what is scattered does not reach workers that come later
        heavy = self.client.submit(_itself, self.heavy_input, pure=False)
        return accumulate(self._outputs(items, function, heavy), accumulator), 0

    def _outputs(self, items: Sequence[WorkItem], function: Function, heavy: Any) -> Iterator[Any]:
        from distributed.scheduler import KilledWorker

        suspects = yield from self._together(items, function, heavy)
        for item in suspects:
            alone = self.client.submit(function, (item, heavy), pure=False, retries=self.retries)
            try:
                yield alone.result()
            except KilledWorker as death:
                yield deadly(item, death.allowed_failures + 1, "KilledWorker", REMEDY)

    def _together(
        self, items: Sequence[WorkItem], function: Function, heavy: Any
    ) -> Generator[Any, None, list[WorkItem]]:
        """Yield sums of outputs, and return the chunks that are in none of them."""
        from distributed import as_completed

        tasks = [(item, heavy) for item in items]
        work = self.client.map(function, tasks, pure=False, retries=self.retries)
        item_of = {one.key: item for one, item in zip(work, items, strict=True)}
        completed = as_completed(work)
        del work, tasks  # the workers keep no output that has been fetched
        suspects: list[WorkItem] = []
        ready: list[Any] = []
        with rich_bar() as progress:
            task = progress.add_task(self.desc, total=len(items), unit=self.unit)
            for batch in completed.batches():
                progress.update(task, advance=len(batch), refresh=True)
                ready += batch
                while len(ready) >= self.treereduction:
                    group, ready = ready[: self.treereduction], ready[self.treereduction :]
                    suspects += yield from self._added(group, item_of)
        suspects += yield from self._added(ready, item_of)
        return suspects

    def _added(
        self, futures: Sequence[Any], item_of: dict[str, WorkItem]
    ) -> Generator[Any, None, list[WorkItem]]:
        """Yield the sum of outputs, made by a worker; return the chunks that are not in it."""
        from distributed.scheduler import KilledWorker

        alive = [one for one in futures if not _was_killed(one)]
        lost = [item_of[one.key] for one in futures if one not in alive]
        if alive:
            # before the chunks that wait, so that outputs do not pile up
            added = self.client.submit(accumulate, alive, pure=False, priority=self.priority + 1)
            try:
                yield added.result()
            except KilledWorker:
                # outputs that die with their worker are made again, and that can fail too
                lost += [item_of[one.key] for one in alive]
        return lost


def _itself(value: Any) -> Any:
    return value


def _was_killed(future: Any) -> bool:
    from distributed.scheduler import KilledWorker

    return future.status == "error" and isinstance(future.exception(), KilledWorker)
