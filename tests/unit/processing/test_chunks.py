from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.processing.chunks import chunks
from coffea_lcf.processing.completeness import Completeness, completeness

UUID = "9d9a817e-e681-11f1-96ba-02fc00000001"


MISSING = "a.root[3:6]: it is missing from the result, nobody said why"


def info(entries: int, path: str = "a.root", dataset: str = "d") -> FileInfo:
    return FileInfo(dataset, path, "Events", UUID, entries, ("x",), None, None)


def ranges(entries: int, chunksize: int) -> list[tuple[int, int]]:
    return [(item.entrystart, item.entrystop) for item in chunks([info(entries)], chunksize)]


@pytest.mark.parametrize(
    ("entries", "chunksize", "expected"),
    [
        (10, 4, [(0, 3), (3, 6), (6, 10)]),
        (8, 4, [(0, 4), (4, 8)]),
        (3, 4, [(0, 3)]),
        (1, 1, [(0, 1)]),
        (0, 4, []),
    ],
)
def test_equal_parts_by_hand(entries: int, chunksize: int, expected: list[tuple[int, int]]) -> None:
    assert ranges(entries, chunksize) == expected


@given(st.integers(0, 10_000), st.integers(1, 3000))
def test_every_event_is_in_one_chunk_of_at_most_the_size(entries: int, chunksize: int) -> None:
    found = ranges(entries, chunksize)
    assert [number for start, stop in found for number in (start, stop)] == sorted(
        number for start, stop in found for number in (start, stop)
    )
    assert sum(stop - start for start, stop in found) == entries
    assert all(stop - start <= chunksize for start, stop in found)
    assert [start for start, _ in found[1:]] == [stop for _, stop in found[:-1]]
    assert len(found) == -(-entries // chunksize)


def test_items_say_where_they_come_from() -> None:
    [item] = chunks([info(5, "b.root", "e")], 10)
    assert (item.dataset, item.filename, item.treename) == ("e", "b.root", "Events")
    assert item.fileuuid == uuid.UUID(UUID).bytes


def test_completeness_by_hand() -> None:
    infos = (info(10), info(0, "b.root"), info(4, "c.root", "e"))
    items = list(chunks(infos, 4))
    first, second = completeness(infos, items, set(items) - {items[1]})
    assert first == Completeness("d", 2, 3, 2, 10, 7, (MISSING,), 0, {"a.root": 7})
    assert not first.complete
    assert second == Completeness("e", 1, 1, 1, 4, 4)
    assert second.complete
    assert first.to_document()["failures"] == [MISSING]
    assert first.to_document()["complete"] is False
