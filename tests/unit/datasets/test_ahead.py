from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from coffea_lcf.datasets.ahead import ahead


def test_results_come_in_order_whoever_ends_first() -> None:
    def late(item: int) -> int:
        time.sleep(0.002 * (9 - item))
        return item**2

    found = [(item, future.result()) for item, future in ahead(late, range(10), 4)]
    assert found == [(item, item**2) for item in range(10)]


def test_waits_overlap() -> None:
    barrier = threading.Barrier(4, timeout=10)
    done = [future.result() for _, future in ahead(lambda _: barrier.wait() >= 0, range(8), 4)]
    assert done == [True] * 8


def test_few_items_are_taken_before_their_turn() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(1000):
            taken.append(item)
            yield item

    for item, future in ahead(lambda item: item, items(), 3):
        assert future.result() == item
        assert len(taken) <= item + 6


def test_an_error_comes_at_its_turn_and_what_follows_does_not_begin() -> None:
    begun: list[int] = []

    def fails(item: int) -> int:
        begun.append(item)
        if item == 2:
            msg = "no"
            raise OSError(msg)
        return item

    found = []
    with pytest.raises(OSError, match="no"):  # noqa: PT012
        for _, future in ahead(fails, range(1000), 2):
            found.append(future.result())
    assert found == [0, 1]
    assert len(begun) <= 7
