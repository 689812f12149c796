"""Inputs that cannot be used: one cause, exit status 2, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.selection import Cut, Selection

from .chain import (
    cause,
    files_in,
    flat_document,
    jet_document,
    ok,
    refused,
    results,
    unfinished,
    with_selection,
    with_signal,
    write_config,
)
from .rootfiles import flat_columns, write_root


def test_missing_file(tmp_path: Path, background: Path, output: Path) -> None:
    config = with_signal(tmp_path, background, Path("nowhere.root"))
    message = refused("run", config, "-o", output, "-q")
    assert cause(message) == (
        "FilesetError: flat.yaml: datasets.signal.files: no such file: nowhere.root"
    )
    assert f"looked for {tmp_path / 'nowhere.root'}" in message
    assert not output.exists()


def test_glob_without_match(tmp_path: Path, background: Path, output: Path) -> None:
    config = with_signal(tmp_path, background, Path("signal_*.root"))
    message = refused("run", config, "-o", output, "-q")
    assert "datasets.signal.files: signal_*.root matches no file" in cause(message)
    assert not output.exists()


def test_file_listed_twice(tmp_path: Path, flat: dict, background: Path, output: Path) -> None:
    signal = Path(flat["datasets"]["signal"]["files"][0])
    listed = flat_document([signal, signal.parent / "sig*.root"], [background])
    message = refused("run", write_config(tmp_path / "flat.yaml", listed), "-o", output, "-q")
    assert cause(message).endswith(
        f"datasets.signal.files lists {signal} twice: its events would count double"
    )
    assert not output.exists()


@pytest.mark.parametrize("start", [b"", b"PK\x03\x04 not a ROOT file", b"root"])
def test_not_a_root_file(tmp_path: Path, background: Path, output: Path, start: bytes) -> None:
    broken = tmp_path / "broken.root"
    broken.write_bytes(start)
    message = refused("run", with_signal(tmp_path, background, broken), "-o", output, "-q")
    reason = "the file is damaged or truncated" if start == b"root" else "it is not a ROOT file"
    assert cause(message).startswith(
        f"FilesetError: cannot open {broken}, dataset 'signal': {reason}"
    )
    assert not output.exists()


@pytest.mark.parametrize("kept", [0.05, 0.5, 0.95])
def test_truncated_file(
    tmp_path: Path, flat: dict, background: Path, output: Path, kept: float
) -> None:
    whole = Path(flat["datasets"]["signal"]["files"][0]).read_bytes()
    broken = tmp_path / "broken.root"
    broken.write_bytes(whole[: int(kept * len(whole))])
    message = refused("run", with_signal(tmp_path, background, broken), "-o", output, "-q")
    assert str(broken) in cause(message)
    assert "truncated" in cause(message)
    assert not output.exists()


def test_missing_tree(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, tree="events")
    message = refused("run", config, "-o", output, "-q")
    assert cause(message).startswith("FilesetError: no tree 'events' in ")
    assert "trees there  Events, Runs" in message
    assert "set  tree: NAME" in message
    assert not output.exists()


def test_missing_branch_names_the_nearest(tmp_path: Path, flat: dict, output: Path) -> None:
    changed = {"observables": {"x": {"branch": "xx"}, "y": None}}
    changed["observables"]["y"] = {"branch": "y"}
    config = write_config(tmp_path / "flat.yaml", flat, **changed)
    lines = refused("run", config, "-o", output, "-q").split("\n")
    assert lines[0] == "MissingBranchError: xx is not in tree 'Events'"
    assert lines[1] == "  needed by  x (xx)"
    assert lines[2].startswith("  in file    ")
    assert lines[2].endswith("signal.root, dataset 'signal'")
    assert lines[3].startswith("  nearest    x")
    assert not output.exists()


def test_missing_weight_branch(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, weight="genWeight")
    message = refused("run", config, "-o", output, "-q")
    assert cause(message) == "MissingBranchError: genWeight is not in tree 'Events'"
    assert "needed by  the event weight" in message


def test_empty_tree(tmp_path: Path, background: Path, output: Path) -> None:
    empty = write_root(tmp_path / "empty.root", flat_columns("signal", events=0))
    message = refused("run", with_signal(tmp_path, background, empty), "-o", output, "-q")
    assert cause(message) == (
        f"FilesetError: dataset 'signal' has no events: tree 'Events' is empty in all of its "
        f"1 files, the first is {empty}"
    )
    assert not output.exists()


@pytest.fixture
def damaged(tmp_path: Path, background: Path) -> Path:
    """Return a configuration whose signal has 3 NaN and 2 infinities in ``x``."""
    content = flat_columns("signal")
    content["x"][:5] = [np.nan, np.nan, np.nan, np.inf, -np.inf]
    content["y"][:5] = 0.3
    return with_signal(tmp_path, background, write_root(tmp_path / "nan.root", content))


@pytest.mark.filterwarnings("default:.*NaN or infinite")
def test_nan_and_infinity_are_counted_and_told(damaged: Path, output: Path) -> None:
    result = ok("run", damaged, "-o", output)
    assert results(output, "tabulate")["datasets"]["signal"]["nonfinite"] == {"x": 5, "y": 0}
    assert "x 5" in result.stdout
    assert "have NaN or infinite observables (x: " in result.stderr
    assert "they are left out of the fit and fail the cuts" in result.stderr


@pytest.mark.parametrize(
    "limits", [{"case": "right", "lower": 50.0}, {"case": "left", "upper": 150.0}]
)
def test_nan_and_infinity_fail_every_cut(damaged: Path, output: Path, limits: dict) -> None:
    with_selection(damaged, output, Selection((Cut("x", **limits),)), "skim")
    [skim] = [one for one in results(output, "skim")["skims"] if one["dataset"] == "signal"]
    assert skim["events"] == 295
    with uproot.open(skim["file"]) as file:
        assert np.isfinite(file["Events/x"].array(library="np")).all()


@pytest.mark.parametrize(("label", "lacking"), [("signal", "background"), ("background", "signal")])
def test_a_class_is_missing(
    tmp_path: Path, flat: dict, output: Path, label: str, lacking: str
) -> None:
    datasets = {name: {**section, "label": label} for name, section in flat["datasets"].items()}
    config = write_config(tmp_path / "flat.yaml", flat, datasets=datasets)
    assert f"no {lacking} among" in cause(refused("run", config, "-o", output, "-q"))
    assert not (output / "selection.json").exists()
    assert unfinished(output) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weight_that_is_not_finite(
    tmp_path: Path, background: Path, output: Path, value: float
) -> None:
    content = flat_columns("signal")
    content["w"][[7, 90]] = value
    signal = write_root(tmp_path / "weights.root", content)
    message = refused("run", with_signal(tmp_path, background, signal), "-o", output, "-q")
    assert cause(message) == (
        f"NonFiniteError: 2 weights w are not finite, the first is {value} at entry 7"
    )
    assert f"in file    {signal}, dataset 'signal'" in message
    assert files_in(output) == []


def test_branch_with_many_numbers_an_event(tmp_path: Path, output: Path) -> None:
    document = {**jet_document(), "observables": {"pt": {"branch": "FatJet_pt"}}, "processor": None}
    message = refused("run", write_config(tmp_path / "jets.yaml", document), "-o", output, "-q")
    assert cause(message).startswith(
        "ObservableError: observable 'pt' failed: "
        "TableError: column 'pt' is not one number per event but 666 * var * float32"
    )
    assert "in file " in message
