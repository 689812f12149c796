from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot
from coffea.processor.executor import WorkItem

from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.processing import open_files
from coffea_lcf.processing.checkpoints import Checkpoints
from coffea_lcf.processing.chunks import chunks
from coffea_lcf.processing.isolation import FAILURES, Isolation
from coffea_lcf.processing.open_files import KeptOpen, opened, release
from tests.unit.processing.conftest import Survey

RULE = KeptOpen(Isolation(retries=1, pause=0.0))


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    release()
    yield
    release()


def items(infos: tuple[FileInfo, ...]) -> list[WorkItem]:
    return list(chunks(infos, 2))


def tree_of(item: WorkItem, uproot_options: dict[str, Any]) -> Any:
    """Open the tree of a chunk as coffea does."""
    with uproot.open({item.filename: None}, **uproot_options) as file:
        return file[item.treename]


def test_all_chunks_of_a_file_see_one_tree(surveyed: Survey) -> None:
    first, second = items(surveyed(x=[1, 2, 3, 4]))
    tree = RULE(0, False, tree_of, first)
    assert RULE(0, False, tree_of, second) is tree
    assert tree["x"].array(library="np").tolist() == [1, 2, 3, 4]
    release()
    assert tree.file.closed


def test_a_file_that_was_replaced_is_opened_anew(surveyed: Survey) -> None:
    [old] = items(surveyed(x=[1, 2]))
    RULE(0, False, tree_of, old)
    [new] = items(surveyed(x=[5, 6]))
    assert RULE(0, False, tree_of, new)["x"].array(library="np").tolist() == [5, 6]


def test_a_file_that_was_replaced_since_its_survey_is_refused(surveyed: Survey) -> None:
    [old] = items(surveyed(x=[1, 2]))
    [new] = items(surveyed(x=[5, 6]))
    [failure] = RULE(0, False, tree_of, old)["out"][FAILURES]
    uuids = [uuid.UUID(bytes=one.fileuuid) for one in (new, old)]
    assert failure.reason == (
        f"FilesetError: {old.filename} was replaced during the run: "
        f"its uuid is {uuids[0]}, not {uuids[1]}; run again"
    )
    assert open_files._OWN.file is None


def test_after_a_failure_the_file_is_opened_anew(surveyed: Survey) -> None:
    [item] = items(surveyed(x=[1, 2]))
    trees = []

    def failing_once(item: WorkItem, uproot_options: dict[str, Any]) -> str:
        trees.append(tree_of(item, uproot_options))
        if len(trees) == 1:
            raise TimeoutError
        return "done"

    assert RULE(0, False, failing_once, item) == "done"
    assert trees[0] is not trees[1]
    assert trees[0].file.closed


def test_a_file_that_is_gone_is_a_failure_of_its_chunk(tmp_path: Path) -> None:
    item = WorkItem("d", str(tmp_path / "no.root"), "Events", 0, 2, uuid.uuid4().bytes, {})
    [failure] = RULE(0, False, tree_of, item)["out"][FAILURES]
    assert failure.item == item
    assert failure.reason.startswith("FileNotFoundError")


def test_the_file_of_a_chunk_that_is_finished_is_not_opened(tmp_path: Path) -> None:
    item = WorkItem("d", str(tmp_path / "no.root"), "Events", 0, 2, uuid.uuid4().bytes, {})
    kept = Checkpoints(tmp_path / "kept", "identity")
    kept.save({"out": {"x": 1}, "processed": {item}}, {}, None)
    rule = KeptOpen(RULE.rule, kept)
    assert rule(0, False, lambda one: f"{one.dataset} was kept", item) == "d was kept"


def test_the_processor_travels_beside_the_item(surveyed: Survey) -> None:
    [item] = items(surveyed(x=[1, 2]))
    rows = RULE(0, False, lambda pair, uproot_options: len(pair[0]), (item, "processor"))
    assert rows == 2


def test_the_kept_file_is_lent_and_another_is_opened(surveyed: Survey) -> None:
    [item] = items(surveyed(x=[1, 2]))
    RULE(0, False, tree_of, item)
    identifier = str(uuid.UUID(bytes=item.fileuuid))
    with opened(item.filename, identifier) as file:
        kept = file
    assert not kept.closed
    with opened(item.filename, str(uuid.uuid4())) as file:
        other = file
        np.testing.assert_array_equal(file["Events/x"].array(library="np"), [1, 2])
    assert other is not kept
    assert other.closed


def test_chunks_remember_no_arrays_of_the_one_before(surveyed: Survey) -> None:
    first, second = items(surveyed(x=[1, 2, 3, 4]))
    tree = RULE(0, False, tree_of, first)
    tree["x"].array()
    assert len(tree.file.array_cache) == 1
    RULE(0, False, tree_of, second)
    assert len(tree.file.array_cache) == 0


def test_nothing_to_release_is_no_error() -> None:
    release()
    assert open_files._OWN.file is None
