from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from coffea_lcf.errors import ConfigError, FilesetError
from coffea_lcf.workflow.inspect import inspect_file

PROCESSORS = Path(__file__).parents[3] / "processors" / "jets.py"
COLUMNS = {
    "run": np.ones(4, np.uint32),
    "genWeight": np.array([1.0, 2.0, 1.0, 1.0]),
    "x": np.array([1.0, 2.0, 3.0, 4.0], np.float32),
    "same": np.zeros(4, np.float32),
    "MET_pt": np.array([5.0, 6.0, 7.0, 8.0], np.float32),
    "flag": np.array([True, False, True, False]),
    "FatJet": ak.zip({"pt": [[1.0], [2.0, 3.0], [], [4.0]], "n": [[1], [2, 3], [], [4]]}),
}


def write(path: Path, events: int = 4) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: ak.Array(values)[:events] for name, values in COLUMNS.items()}
    with uproot.recreate(path) as file:
        file.mktree("Small", {"x": "int32"}).extend({"x": np.zeros(min(events, 1), np.int32)})
        tree = file.mktree(
            "Events", {name: ak.Array(v).type.content for name, v in COLUMNS.items()}
        )
        if events:
            tree.extend(columns)
        file.mktree("Runs", {"genEventSumw": "float64"}).extend({"genEventSumw": np.array([9.0])})
    return str(path)


def test_what_is_in_a_file_and_what_can_be_computed(tmp_path: Path) -> None:
    found = inspect_file(write(tmp_path / "a.root"), processor_files=(PROCESSORS,))
    assert found.trees == {"Small": 1, "Events": 4, "Runs": 1}
    assert found.tree == "Events"
    assert found.branches["FatJet_pt"] == "double[]"
    assert found.branches["x"] == "float"
    assert found.sumw == 9.0
    computable = [one.name for one in found.computable["LargeRJets"]]
    assert computable == ["jet_pt", "n_fatjets", "fatjet_ht", "met"]
    assert found.lacking["LargeRJets"]["tau21"] == ("FatJet_tau2", "FatJet_tau1")


def test_another_tree(tmp_path: Path) -> None:
    path = write(tmp_path / "a.root")
    assert inspect_file(path, "Small").branches == {"x": "int32_t"}
    with pytest.raises(FilesetError, match="no tree 'Big'"):
        inspect_file(path, "Big")


def test_file_without_trees(tmp_path: Path) -> None:
    with uproot.recreate(tmp_path / "a.root") as file:
        file["h"] = np.histogram([1.0])
    with pytest.raises(FilesetError, match="holds no tree"):
        inspect_file(str(tmp_path / "a.root"))


def test_processor_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        inspect_file(write(tmp_path / "a.root"), processor_files=(tmp_path / "none.py",))


def test_events_are_looked_into_even_if_another_tree_is_longer(tmp_path: Path) -> None:
    with uproot.recreate(tmp_path / "a.root") as file:
        file.mktree("ParameterSets", {"x": "int32"}).extend({"x": np.zeros(9, np.int32)})
        file.mktree("Events", {"x": "int32"}).extend({"x": np.zeros(2, np.int32)})
    assert inspect_file(str(tmp_path / "a.root")).tree == "Events"
