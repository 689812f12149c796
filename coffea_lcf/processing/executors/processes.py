"""Worker processes of this machine, of which any may die without taking results with it.

A pool of processes breaks as a whole when one of them is killed, and does not say
which chunk killed it. Few chunks are therefore under way at a time; after a death each
of these runs again alone in a new process, so that it can only kill itself.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from coffea.processor import FuturesExecutor
from coffea.processor.accumulator import accumulate
from coffea.processor.executor import WorkItem
from coffea.util import rich_bar

from coffea_lcf.processing.isolation import deadly

Function = Callable[[WorkItem], Any]

AHEAD = 2
"""Chunks under way for each process: one runs, one waits so that none is idle."""

REMEDY = "if for want of memory, set a smaller execution.chunksize or fewer execution.workers"


@dataclass
class Processes(FuturesExecutor):  # type: ignore[misc]
    """coffea's executor of processes, for which the death of one is a failure of one chunk.

    Parameters
    ----------
    pool
        Makes the pool from the number of its processes.
    workers
        How many processes run together.
    retries
        How many processes a chunk may kill by itself before it is given up; one at least.
    """

    def __call__(
        self, items: Sequence[WorkItem], function: Function, accumulator: Any
    ) -> tuple[Any, int]:
        """Return the sum of the outputs of `function` over `items`, and 0 for no exception."""
        with rich_bar() as progress:
            task = progress.add_task(self.desc, total=len(items), unit=self.unit)
            outputs = progress.track(self._outputs(items, function), task_id=task)
            return accumulate(outputs, accumulator), 0

    def _outputs(self, items: Sequence[WorkItem], function: Function) -> Iterator[Any]:
        waiting = deque(items)
        while waiting:
            with self.pool(max_workers=self.workers) as pool:
                suspects = yield from together(pool, waiting, function, AHEAD * self.workers)
            yield from self._alone(deque(suspects), function)

    def _alone(self, waiting: deque[WorkItem], function: Function) -> Iterator[Any]:
        """Yield the outputs of chunks that run one by one, and which of them kill by that."""
        allowed, deaths = max(1, self.retries), Counter[WorkItem]()
        while waiting:
            with self.pool(max_workers=1) as pool:
                killed = yield from together(pool, waiting, function, 1)
            for item, error in killed.items():
                deaths[item] += 1
                if deaths[item] < allowed:
                    waiting.appendleft(item)
                else:
                    yield deadly(item, allowed, exit_codes(error), REMEDY)


def together(
    pool: Executor, waiting: deque[WorkItem], function: Function, most: int
) -> Generator[Any, None, dict[WorkItem, BaseException]]:
    """Yield outputs as they come, `most` chunks being under way, until all are or `pool` breaks.

    Returns
    -------
    dict
        The chunks that were under way when a process died, one of which is to blame, and
        what the pool says of it. Those that had not begun are left in `waiting`.
    """
    running: dict[Future[Any], WorkItem] = {}
    try:
        while waiting or running:
            while waiting and len(running) < most:
                future = pool.submit(function, waiting[0])
                running[future] = waiting.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                output = future.result()
                del running[future]
                yield output
    except BrokenProcessPool:
        # of those that ended at the same moment the results are there
        wait(running)
        suspects: dict[WorkItem, BaseException] = {}
        for future, item in running.items():
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                suspects[item] = error
            else:
                yield future.result()
        return suspects
    return {}


def exit_codes(error: BaseException) -> str:
    """Return how the processes of a pool ended, as far as its error says."""
    found = re.search(r"exit codes of the workers are \{(.+?)\}", str(error))
    return found[1] if found else "without a word"
