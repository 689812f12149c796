from __future__ import annotations

import pytest

from coffea_lcf.datasets.survey import FileInfo, LostFile
from coffea_lcf.errors import IncompleteError, NonFiniteError, OutputError
from coffea_lcf.processing.chunks import chunks
from coffea_lcf.processing.completeness import (
    Completeness,
    at_least_some,
    completeness,
    everything,
    shortened,
)
from coffea_lcf.processing.isolation import Failure

UUID = "9d9a817e-e681-11f1-96ba-02fc00000001"
INFOS = (
    FileInfo("d", "a.root", "Events", UUID, 10, ("x",), None, None),
    FileInfo("e", "c.root", "Events", UUID, 4, ("x",), None, None),
)
ITEMS = list(chunks(INFOS, 4))


def report(failures: list[Failure], lost: tuple[LostFile, ...] = ()) -> tuple[Completeness, ...]:
    processed = set(ITEMS) - {failure.item for failure in failures}
    return completeness(INFOS, ITEMS, processed, failures, lost)


def test_reasons_and_lost_files_by_hand() -> None:
    failures = [Failure(ITEMS[1], "OSError: gone")]
    first, second = report(failures, (LostFile("e", "z.root", "FilesetError: truncated"),))
    lacking = {"a.root": 7}
    assert first == Completeness("d", 1, 3, 2, 10, 7, ("a.root[3:6]: OSError: gone",), 0, lacking)
    assert second == Completeness("e", 2, 1, 1, 4, 4, ("z.root: FilesetError: truncated",), 1)
    assert not first.complete
    assert not second.complete


def test_documents_come_back() -> None:
    first, _ = report([Failure(ITEMS[1], "OSError: gone")])
    assert Completeness.from_document(first.to_document()) == first


def test_documents_of_older_versions_come_back() -> None:
    first, _ = report([])
    document = first.to_document()
    del document["files_lost"], document["processed_of_lacking"]
    assert Completeness.from_document(document) == first


def test_shares_by_hand() -> None:
    first, second = report([Failure(ITEMS[1], "gone")], (LostFile("e", "z.root", "truncated"),))
    assert (first.share, first.share_of("a.root", 10), first.share_of("b.root", 5)) == (0.7, 0.7, 1)
    assert second.share == 0.5


def test_file_without_any_chunk_has_no_share() -> None:
    failures = [Failure(item, "gone") for item in ITEMS[:3]]
    first, _ = report(failures)
    assert first.processed_of_lacking == {"a.root": 0}
    assert first.share_of("a.root", 10) == first.share == 0


def test_complete_runs_satisfy_both_judges() -> None:
    everything(report([]), [])
    at_least_some(report([]), [])


def test_one_missing_chunk() -> None:
    failures = [Failure(ITEMS[1], "OSError: gone")]
    at_least_some(report(failures), failures)
    with pytest.raises(IncompleteError) as caught:
        everything(report(failures), failures)
    assert str(caught.value).split("\n") == [
        "1 of 4 chunks could not be processed, nothing was written",
        "  d: 7 of 10 events, 2 of 3 chunks processed",
        "  e: 4 of 4 events, 1 of 1 chunks processed",
        "  a.root[3:6]: OSError: gone",
        "  mend the files and run again: the other chunks are kept",
        "  or go without them:  --allow-missing",
    ]


def test_a_dataset_without_a_chunk_satisfies_none() -> None:
    failures = [Failure(ITEMS[3], "OSError: gone")]
    with pytest.raises(IncompleteError, match="e: 0 of 4 events"):
        at_least_some(report(failures), failures)


def test_own_errors_come_first_and_may_miss_if_they_are_not_about_outputs() -> None:
    wrong, full = NonFiniteError("nan at entry 7"), OutputError("no space")
    failures = [Failure(ITEMS[0], "OSError: gone"), Failure(ITEMS[1], "", wrong)]
    with pytest.raises(NonFiniteError, match="entry 7"):
        everything(report(failures), failures)
    at_least_some(report(failures), failures)
    failures = [*failures, Failure(ITEMS[2], "", full)]
    with pytest.raises(OutputError, match="no space"):
        at_least_some(report(failures[1:]), failures)


def test_long_lists_are_shortened() -> None:
    assert shortened(["a", "b"], 2) == ["a", "b"]
    assert shortened(["a", "b", "c", "d"], 2) == ["a", "b", "and 2 more"]
