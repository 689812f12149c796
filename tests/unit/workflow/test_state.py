from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coffea_lcf.errors import OutputError
from coffea_lcf.workflow.state import finished, key, read_state, record, versions


def test_a_step_is_finished_for_its_input_and_while_its_outputs_are_there(tmp_path: Path) -> None:
    output = tmp_path / "a.txt"
    output.write_text("done")
    record(tmp_path, "fit", "k1", ["a.txt"], {"events": 3})
    entry = finished(tmp_path, "fit", "k1")
    assert entry is not None
    assert entry["result"] == {"events": 3}
    assert finished(tmp_path, "fit", "k2") is None
    assert finished(tmp_path, "skim", "k1") is None
    output.unlink()
    assert finished(tmp_path, "fit", "k1") is None


def test_steps_that_end_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    names = [f"step{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: record(tmp_path, name, "k", [], {}), names))
    assert set(read_state(tmp_path)["steps"]) == set(names)


def test_steps_are_kept_side_by_side(tmp_path: Path) -> None:
    record(tmp_path, "fit", "k1", [], {})
    record(tmp_path, "skim", "k2", [], {})
    record(tmp_path, "fit", "k3", [], {})
    state = read_state(tmp_path)
    assert {name: entry["key"] for name, entry in state["steps"].items()} == {
        "fit": "k3",
        "skim": "k2",
    }
    assert state["versions"] == versions()


def test_no_state_before_the_first_step(tmp_path: Path) -> None:
    assert read_state(tmp_path) == {}
    assert finished(tmp_path / "none", "fit", "k") is None


def test_damaged_state(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{'no': json}")
    with pytest.raises(OutputError, match=r"run\.json is damaged: .*\n  remove it to run every"):
        read_state(tmp_path)


def test_key_depends_on_every_part_and_its_place_but_not_on_the_order_of_names() -> None:
    assert key("a", {"b": 1, "c": 2}) == key("a", {"c": 2, "b": 1})
    assert len({key("a", "b"), key("b", "a"), key("ab"), key(["a", "b"]), key("a", "b", None)}) == 5


def test_versions_are_those_of_what_runs() -> None:
    import numpy as np

    found = versions()
    assert found["numpy"] == np.__version__
    assert {"python", "coffea-lcf", "coffea", "awkward", "uproot", "hist", "torch"} <= set(found)
    json.dumps(found)
