"""A fileset of 100 000 files is planned in seconds, and its report made."""

from __future__ import annotations

import time

import pytest

from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.chunks import chunks, equal_parts
from coffea_lcf.processing.completeness import completeness
from coffea_lcf.processing.isolation import Failure
from coffea_lcf.processing.plan import plan
from coffea_lcf.processing.run import offered_branches

FILES = 100_000
UUID = "9d9a817e-e681-11f1-96ba-02fc00000001"


@pytest.fixture(scope="module")
def infos() -> tuple[FileInfo, ...]:
    branches = tuple(f"branch_{number}" for number in range(1500))
    return tuple(
        FileInfo(f"d{number % 20}", f"{number}.root", "Events", UUID, 5, branches, None, None)
        for number in range(FILES)
    )


def test_many_files_are_planned_in_seconds(infos: tuple[FileInfo, ...]) -> None:
    start = time.process_time()
    items = list(chunks(infos, 10))
    offered = offered_branches(infos, ObservableProcessor([], weight="branch_7"))
    failures = [Failure(item, "gone") for item in items[::2]]
    report = completeness(infos, items, set(items[1::2]), failures)
    assert time.process_time() - start < 10
    assert len(items) == FILES
    assert offered == ["branch_7"]
    assert sum(one.events_processed for one in report) == 5 * FILES / 2
    assert sum(len(one.failures) for one in report) == FILES / 2


def test_bytes_are_estimated_from_one_file_a_dataset(
    infos: tuple[FileInfo, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def weighed(info: FileInfo, branches: object) -> int:
        asked.append(info.path)
        return 10 * info.entries

    monkeypatch.setattr("coffea_lcf.processing.plan.stored_bytes", weighed)
    plans = plan(infos, ["branch_7"], 2, equal_parts)
    assert len(asked) == len(plans) == 20
    assert (plans[0].files, plans[0].chunks, plans[0].events) == (5_000, 15_000, 25_000)
    assert plans[0].bytes == 250_000
