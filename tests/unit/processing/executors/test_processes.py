from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from coffea_lcf.processing.executors.processes import Processes, exit_codes
from coffea_lcf.processing.isolation import FAILURES

SAID = "a worker was terminated\n\nThe exit codes of the workers are {SIGKILL(-9)}"


LAST = 9


class Mortal(Executor):
    """A pool of which an item in `killers` breaks all that is under way, some times over."""

    killers: dict[int, int]
    started: list[int]
    pools: list[int]

    def __init__(self, max_workers: int) -> None:
        self.broken = False
        self.pools.append(max_workers)
        self.pending: list[tuple[Future[Any], Callable[..., Any], int]] = []

    def submit(self, function: Callable[..., Any], /, item: int, **_: Any) -> Future[Any]:
        if self.broken:
            raise BrokenProcessPool(SAID)
        self.started.append(item)
        future: Future[Any] = Future()
        if self.killers.get(item):
            self.killers[item] -= 1
            self.broken = True
            for other, _function, _item in self.pending:
                other.set_exception(BrokenProcessPool(SAID))
            future.set_exception(BrokenProcessPool(SAID))
        elif self.pools[-1] > 1 and item % 2 and item != LAST:
            # ends only with the next one that is started
            self.pending.append((future, function, item))
        else:
            for other, waiting, number in self.pending:
                other.set_result(waiting(number))
            self.pending.clear()
            future.set_result(function(item))
        return future


def run(killers: dict[int, int], retries: int = 2) -> tuple[dict[str, Any], type[Mortal]]:
    kind = type("Pool", (Mortal,), {"killers": dict(killers), "started": [], "pools": []})
    executor = Processes(pool=kind, workers=2, retries=retries, status=False, unit="chunk")
    output, exception = executor(
        list(range(LAST + 1)), lambda item: {"out": {"sum": item}, "processed": {item}}, None
    )
    assert exception == 0
    return output, kind


def test_all_outputs_are_added_by_one_pool() -> None:
    output, kind = run({})
    assert output == {"out": {"sum": 45}, "processed": set(range(10))}
    assert kind.pools == [2]
    assert kind.started == list(range(10))


def test_nothing_is_lost_if_a_death_does_not_come_again() -> None:
    output, kind = run({4: 1})
    assert output == {"out": {"sum": 45}, "processed": set(range(10))}
    assert kind.pools == [2, 1, 2]


@pytest.mark.parametrize(("retries", "workers"), [(0, "the worker"), (3, "each of 3 workers")])
def test_a_killer_is_found_among_those_under_way(retries: int, workers: str) -> None:
    output, kind = run({4: 99}, retries)
    assert output["processed"] == set(range(10)) - {4}
    assert output["out"]["sum"] == 45 - 4
    [failure] = output["out"][FAILURES]
    assert failure.item == 4
    assert failure.reason.startswith(
        f"WorkerDied: {workers} that ran this chunk alone died (SIGKILL(-9)); if for want of memory"
    )
    assert kind.started.count(4) == 1 + max(1, retries)


def test_everybody_kills_and_it_ends() -> None:
    output, _ = run(dict.fromkeys(range(10), 99), 1)
    assert output["processed"] == set()
    assert sorted(one.item for one in output["out"][FAILURES]) == list(range(10))


def test_other_errors_end_the_run() -> None:
    def interrupted(_: object) -> Any:
        raise KeyboardInterrupt

    kind = type("Pool", (Mortal,), {"killers": {}, "started": [], "pools": []})
    with pytest.raises(KeyboardInterrupt):
        Processes(pool=kind, workers=2, status=False)([0], interrupted, None)


def test_exit_codes_as_far_as_they_are_told() -> None:
    assert exit_codes(BrokenProcessPool(SAID)) == "SIGKILL(-9)"
    assert exit_codes(BrokenProcessPool("it broke")) == "without a word"
