from __future__ import annotations

from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import uproot

from coffea_lcf.errors import FilesetError
from coffea_lcf.skimming import merge
from coffea_lcf.skimming.merge import merge_skims
from coffea_lcf.skimming.trees import Columns, Format, read_columns, write_tree

FLAT = ("event", "x")
JAGGED = ("Jet_pt", "Jet_n", "edges")


def skim(
    folder: Path,
    number: int,
    events: int,
    kind: Format = "ttree",
    dataset: str = "w",
    extra: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Write a skim of `events` and return its document; all sums are told by `number`."""
    folder.joinpath(dataset).mkdir(exist_ok=True)
    path = folder / dataset / f"in__00000000__{number}-{number + 1}.root"
    random = np.random.default_rng(number)
    lengths = random.integers(0, 4, events)
    jets = [
        ak.unflatten(random.integers(0, 9, lengths.sum()).astype(kind), lengths)
        for kind in (np.float32, np.int16)
    ]
    arrays = {
        "event": ak.Array(np.arange(events, dtype=np.uint64) + 1000 * number),
        "x": ak.Array(random.normal(size=events).astype(np.float32)),
        "Jet_pt": jets[0],
        "Jet_n": jets[1],
        "edges": ak.unflatten(random.normal(size=2 * events), np.full(events, 2)),
        **{name: ak.Array(np.zeros(events)) for name in extra},
    }
    with uproot.recreate(path) as file:
        columns = Columns(arrays, {"Jet": ("Jet_pt", "Jet_n")}, {})
        write_tree(file, "Events", columns, kind)
        runs = {"genEventSumw": ak.Array(np.full(number % 2, 10.0 * number))}
        write_tree(file, "Runs", Columns(runs, {}, {}), "ttree")
    return {
        "dataset": dataset,
        "file": str(path),
        "source": f"/in/{number}.root",
        "start": 0,
        "stop": 100,
        "events": events,
        "bytes": path.stat().st_size,
        "sumw_before": 100.0 + number,
        "sumw_after": float(number),
        "sumw_runs": 10.0 * number * (number % 2),
    }


def content(files: list[str]) -> dict[str, list[Any]]:
    """Return all branches of all files, one file after the other."""
    found: dict[str, list[Any]] = {name: [] for name in (*FLAT, *JAGGED, "Runs")}
    for path in files:
        with uproot.open(path) as file:
            for name in (*FLAT, *JAGGED):
                found[name] += file["Events"][name].array().to_list()
            found["Runs"] += file["Runs/genEventSumw"].array().to_list()
    return found


def paths(skims: list[dict[str, Any]]) -> list[str]:
    return [one["file"] for one in skims]


@pytest.mark.parametrize("kind", ["ttree", "rntuple"])
@pytest.mark.parametrize("cluster", [1, 7, 50_000])
def test_events_counters_and_runs_stay_in_their_order(
    tmp_path: Path, kind: Format, cluster: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "CLUSTER", cluster)
    skims = [skim(tmp_path, number, events, kind) for number, events in enumerate((3, 0, 5, 10))]
    [merged] = merge_skims(skims, 10**9, kind, "zstd")
    assert content([merged["file"]]) == content(paths(skims))
    with uproot.open(merged["file"]) as one, uproot.open(skims[0]["file"]) as other:
        assert one["Events"].num_entries == 18
        types = [{name: file["Events"][name].typename for name in file["Events"].keys()}  # noqa: SIM118
                 for file in (one, other)]  # fmt: skip
        assert types[0] == types[1]
        assert one["Events/nJet"].array().to_list() == [len(jets) for jets in content(paths(skims))["Jet_pt"]]  # fmt: skip # noqa: E501
        if kind == "ttree":
            assert one["Events/Jet_n"].count_branch.name == "nJet"


def test_what_is_told_of_a_merged_file(tmp_path: Path) -> None:
    skims = [skim(tmp_path, number, number) for number in (1, 2, 3)]
    [merged] = merge_skims(skims, 10**9, "ttree", "zstd")
    path = Path(merged["file"])
    assert path.parent == tmp_path / "w"
    assert merged == {
        "dataset": "w",
        "file": str(path),
        "parts": [f"in__00000000__{number}-{number + 1}.root" for number in (1, 2, 3)],
        "events": 6,
        "bytes": path.stat().st_size,
        "sumw_before": 306.0,
        "sumw_after": 6.0,
        "sumw_runs": 40.0,
    }
    assert merged["bytes"] < sum(one["bytes"] for one in skims)
    assert all(Path(one).exists() for one in paths(skims))


def test_files_stay_below_the_target(tmp_path: Path) -> None:
    skims = [skim(tmp_path, number, 40) for number in range(7)]
    size = skims[0]["bytes"]
    merged = merge_skims(skims, int(3.5 * size), "ttree", "zstd")
    assert [len(one.get("parts", ["itself"])) for one in merged] == [3, 3, 1]
    assert merged[2] == skims[6]
    assert all(one["bytes"] <= 3.5 * size for one in merged)
    assert content(paths(merged)) == content(paths(skims))


def test_skims_as_large_as_the_target_stay(tmp_path: Path) -> None:
    skims = [skim(tmp_path, number, 2) for number in range(3)]
    assert merge_skims(skims, 1, "ttree", "zstd") == skims


def test_datasets_and_layouts_do_not_mix(tmp_path: Path) -> None:
    skims = [
        skim(tmp_path, 0, 2),
        skim(tmp_path, 1, 2),
        skim(tmp_path, 2, 2, extra=("HLT_x",)),
        skim(tmp_path, 3, 2, extra=("HLT_x",)),
        skim(tmp_path, 4, 2, dataset="qcd"),
        skim(tmp_path, 5, 2, dataset="qcd"),
    ]
    merged = merge_skims(skims, 10**9, "ttree", "zstd")
    assert [(one["dataset"], len(one["parts"])) for one in merged] == [
        ("w", 2),
        ("w", 2),
        ("qcd", 2),
    ]


def test_same_bytes_and_names_when_merged_again(tmp_path: Path) -> None:
    skims = [skim(tmp_path, number, 5) for number in range(3)]
    first = merge_skims(skims, 10**9, "ttree", "zstd")
    assert merge_skims(skims, 10**9, "ttree", "zstd") == first
    assert len(list((tmp_path / "w").iterdir())) == 4


def test_merged_files_merge_again(tmp_path: Path) -> None:
    skims = [skim(tmp_path, number, 5) for number in range(4)]
    once = merge_skims(skims, 2 * skims[0]["bytes"] + 10, "ttree", "zstd")
    [twice] = merge_skims(once, 10**9, "ttree", "zstd")
    assert len(once) == 2
    assert content([twice["file"]]) == content(paths(skims))


def test_nothing_half_written_when_a_skim_is_damaged(tmp_path: Path) -> None:
    skims = [skim(tmp_path, number, 5) for number in range(3)]
    Path(skims[2]["file"]).write_bytes(b"no ROOT file")
    with pytest.raises(FilesetError, match="it is not a ROOT file"):
        merge_skims(skims, 10**9, "ttree", "zstd")
    assert len(list((tmp_path / "w").iterdir())) == 3


def test_collections_are_those_of_the_file_and_not_of_the_entries(tmp_path: Path) -> None:
    """``A_x`` and ``A_y`` are as long in the first skim, where they have counters of their own."""
    documents = []
    for number, lengths in enumerate(([1, 2], [2, 1])):
        path = tmp_path / f"in__00000000__{number}-9.root"
        with uproot.recreate(path) as file:
            tree = file.mktree("Events", {"A_x": "var * float32", "A_y": "var * float32"})
            arrays = [
                ak.unflatten(np.arange(3, dtype=np.float32), one) for one in ([1, 2], lengths)
            ]
            tree.extend({"A_x": arrays[0], "A_y": arrays[1]})
        documents.append(
            {"dataset": "w", "file": str(path), "events": 2, "bytes": 1, "sumw_before": 0,
             "sumw_after": 0, "sumw_runs": 0}
        )  # fmt: skip
    [merged] = merge_skims(documents, 10, "ttree", "none")
    with uproot.open(merged["file"]) as file:
        assert file["Events/A_x"].array().to_list() == [[0], [1, 2], [0], [1, 2]]
        assert file["Events/A_y"].array().to_list() == [[0], [1, 2], [0, 1], [2]]


def test_columns_of_a_whole_skim_read_alike(tmp_path: Path) -> None:
    path = skim(tmp_path, 1, 6)["file"]
    with uproot.open(path) as file:
        tree = file["Events"]
        stored, read = merge.read_stored(tree, 0, 6), read_columns(tree, tree.keys(), 0, 6)
    assert stored.collections == read.collections
    assert stored.counters == read.counters
