"""Filesets of all forms through the command line, and skims as the input of the next run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot

from coffea_lcf.cutflow.files import load_cutflow

from .chain import (
    FLAT_CUTS,
    cause,
    columns,
    ok,
    read_json,
    refused,
    skim_files,
    with_selection,
    write_config,
)
from .rootfiles import flat_columns, write_root


def paths(flat: dict) -> dict[str, str]:
    return {name: section["files"][0] for name, section in flat["datasets"].items()}


def write_fileset(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "fileset.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def uuid(path: str) -> str:
    with uproot.open(path) as file:
        return str(file.file.uuid)


def coffea_form(flat: dict) -> dict[str, Any]:
    return {
        name: {"files": {path: "Events"}, "metadata": {"label": name}}
        for name, path in paths(flat).items()
    }


def pocket_form(flat: dict) -> dict[str, Any]:
    metadata = {"sample": "X", "year": "2018", "isMC": "True", "nevents": "300", "size": "1"}
    return {
        name: {"metadata": {**metadata, "label": name}, "files": [path]}
        for name, path in paths(flat).items()
    }


def preprocessed_form(flat: dict) -> dict[str, Any]:
    return {
        name: {
            "files": {
                path: {
                    "object_path": "Events",
                    "steps": [[0, 150], [150, 300]],
                    "num_entries": 300,
                    "uuid": uuid(path),
                }
            },
            "metadata": {"label": name},
            "form": None,
        }
        for name, path in paths(flat).items()
    }


@pytest.mark.parametrize("form", [coffea_form, pocket_form, preprocessed_form])
def test_every_form_gives_the_same_table(
    tmp_path: Path, flat: dict, output: Path, form: Any
) -> None:
    write_fileset(tmp_path, form(flat))
    config = write_config(tmp_path / "f.yaml", flat, datasets=None, fileset="fileset.json")
    ok("tabulate", config, "-o", output, "-q")
    ok("tabulate", write_config(tmp_path / "g.yaml", flat), "-o", tmp_path / "other", "-q")
    for name in flat["datasets"]:
        found, expected = columns(output, name), columns(tmp_path / "other", name)
        assert all((found[column] == expected[column]).all() for column in expected)


def test_lists_and_labels_beside_a_fileset(tmp_path: Path, flat: dict, output: Path) -> None:
    own = paths(flat)
    (tmp_path / "signal.txt").write_text(f"# one\n{own['signal']}\n")
    write_fileset(tmp_path, {"qcd": {"files": [own["background"]]}, "other": {"files": ["no"]}})
    datasets = {
        "signal": {"files": "@signal.txt", "label": "signal"},
        "qcd": {"label": "background"},
    }
    config = write_config(tmp_path / "f.yaml", flat, datasets=datasets, fileset="fileset.json")
    ok("tabulate", config, "-o", output, "-q")
    assert {len(columns(output, name)["x"]) for name in ("signal", "qcd")} == {300}


def test_fileset_that_changes_is_tabulated_again(tmp_path: Path, flat: dict, output: Path) -> None:
    fileset = coffea_form(flat)
    config = write_config(tmp_path / "f.yaml", flat, datasets=None, fileset="fileset.json")
    for label, other in (("signal", "background"), ("background", "signal")):
        fileset["signal"]["metadata"]["label"] = label
        fileset["background"]["metadata"]["label"] = other
        write_fileset(tmp_path, fileset)
        ok("tabulate", config, "-o", output, "-q")
        manifest = read_json(output / "observables" / "manifest.json")
        assert manifest["datasets"]["signal"]["label"] == label


def test_fileset_that_cannot_be_used(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "f.yaml", flat, datasets=None, fileset="fileset.json")
    fileset = tmp_path / "fileset.json"
    message = refused("run", config, "-o", output)
    assert message.startswith(f"FilesetError: cannot read the fileset {fileset}: No such file")
    write_fileset(tmp_path, {"a": {"files": [paths(flat)["signal"]]}})
    assert cause(refused("run", config, "-o", output)) == (
        "ConfigError: fileset.json does not tell signal from background: a"
    )
    write_fileset(tmp_path, {"../../x": {"files": ["a"], "metadata": {"label": "signal"}}})
    assert "datasets.../../x" in refused("run", config, "-o", output)
    assert not output.exists()


def test_one_file_as_signal_and_background(tmp_path: Path, flat: dict, output: Path) -> None:
    fileset = coffea_form(flat)
    fileset["background"]["files"] = fileset["signal"]["files"]
    write_fileset(tmp_path, fileset)
    config = write_config(tmp_path / "f.yaml", flat, datasets=None, fileset="fileset.json")
    message = refused("run", config, "-o", output)
    assert "which is in dataset 'signal': its events would count in both" in message


def test_given_sumw_counts_more_than_that_of_the_files(
    tmp_path: Path, flat: dict, output: Path
) -> None:
    fileset = coffea_form(flat)
    fileset["signal"]["metadata"]["sumw"] = "1234.5"
    write_fileset(tmp_path, fileset)
    config = write_config(tmp_path / "f.yaml", flat, datasets=None, fileset="fileset.json")
    ok("tabulate", config, "-o", output, "-q")
    datasets = read_json(output / "observables" / "manifest.json")["datasets"]
    assert {name: one["generated_sumw"] for name, one in datasets.items()} == {
        "signal": 1234.5,
        "background": 500.0,
    }


@pytest.mark.filterwarnings("default::coffea_lcf.datasets.duplicates.DuplicateWarning")
def test_duplicates_are_told_when_asked_for(tmp_path: Path, flat: dict, output: Path) -> None:
    again = write_root(tmp_path / "again.root", flat_columns("signal", 40), sumw=500.0)
    datasets = {**flat["datasets"], "signal": {**flat["datasets"]["signal"]}}
    datasets["signal"]["files"] = [*datasets["signal"]["files"], str(again)]
    config = write_config(tmp_path / "f.yaml", flat, datasets=datasets)
    ok("tabulate", config, "-o", output, "-q")
    config = write_config(tmp_path / "f.yaml", flat, datasets=datasets, check_duplicates=True)
    screen = ok("tabulate", config, "-o", output, "-q").stderr
    assert "DuplicateWarning: dataset 'signal': 40 of 340 events are there already" in screen


def test_merged_skims_pass_the_check(tmp_path: Path, flat: dict, output: Path) -> None:
    execution = {"chunksize": 50}
    config = write_config(tmp_path / "f.yaml", flat, execution=execution)
    with_selection(config, output, FLAT_CUTS, "skim")
    parts = {name: skim_files(output, name) for name in flat["datasets"]}
    merged = write_config(tmp_path / "f.yaml", flat, execution=execution, skim={"merge": "1 MB"})
    ok("skim", merged, "-o", output, "-q")
    assert [len(skim_files(output, name)) for name in flat["datasets"]] == [1, 1]
    assert len(list((output / "skims").rglob("*.root"))) == 2
    assert [len(files) for files in parts.values()] == [6, 6]
    screen = ok("skim", merged, "-o", output, "-q", "--check").output
    assert "2 skims with" in screen
    assert "all pass again, all sums agree" in screen
    before = sorted((output / "skims").rglob("*"))
    ok("skim", merged, "-o", output, "-q", "--force")
    assert sorted((output / "skims").rglob("*")) == before


def test_check_of_skims_whose_sumw_is_given(tmp_path: Path, flat: dict, output: Path) -> None:
    datasets = {name: {**one, "sumw": 900.0} for name, one in flat["datasets"].items()}
    config = write_config(tmp_path / "f.yaml", flat, datasets=datasets)
    with_selection(config, output, FLAT_CUTS, "skim")
    assert "all sums agree" in ok("skim", config, "-o", output, "-q", "--check").output


def test_check_of_a_skim_that_was_changed_lists_it(
    tmp_path: Path, flat: dict, output: Path
) -> None:
    config = write_config(tmp_path / "f.yaml", flat)
    with_selection(config, output, FLAT_CUTS, "skim")
    [path] = skim_files(output, "signal")
    write_root(path, flat_columns("signal", 20, seed=9), sumw=500.0)
    message = refused("skim", config, "-o", output, "--check")
    assert "1 of 2 skims" not in message  # the dataset is told as well
    assert f"{path}: 20 events, not" in message
    assert "dataset 'signal': 20 events, the fileset says" in message


def test_check_before_the_skim(tmp_path: Path, flat: dict, output: Path) -> None:
    config = write_config(tmp_path / "f.yaml", flat)
    with_selection(config, output, FLAT_CUTS)
    message = refused("skim", config, "-o", output, "--check")
    assert message.startswith("OutputError: no finished skims of this configuration in")


@pytest.mark.parametrize("sumw", [500.0, None])
def test_skims_are_the_input_of_the_next_run(
    tmp_path: Path, output: Path, sumw: float | None
) -> None:
    """The yields after the same cuts are those of the whole samples.

    With `sumw` the inputs tell what was generated; without, it is the sum of their events.
    """
    files = {
        kind: [
            str(
                write_root(
                    tmp_path / f"{kind}{seed}.root", flat_columns(kind, 300, seed), sumw=sumw
                )
            )
            for seed in (0, 1)
        ]
        for kind in ("signal", "background")
    }
    document = {
        "name": "flat",
        "weight": "w",
        "luminosity": 10.0,
        "observables": {"x": {"branch": "x", "unit": "GeV"}, "y": {"branch": "y"}},
        "datasets": {
            "signal": {"files": files["signal"], "label": "signal", "cross_section": 2.0},
            "qcd": {"files": files["background"], "label": "background", "cross_section": 70.0},
        },
        "execution": {"chunksize": 70},
    }
    config = write_config(tmp_path / "first.yaml", document)
    first = with_selection(config, output, FLAT_CUTS, "cutflow", "skim")
    fileset = str(first / "skims" / "fileset.json")
    skimmed = {**document, "datasets": None, "fileset": fileset, "name": "again"}
    again = write_config(tmp_path / "second.yaml", skimmed)
    second = with_selection(again, tmp_path / "second", FLAT_CUTS, "cutflow")
    one, other = (load_cutflow(folder / "cutflow.json") for folder in (first, second))
    for name in ("signal", "qcd"):
        scale = one.normalisations[name].scale
        assert other.normalisations[name].scale == pytest.approx(scale, rel=1e-12)
        assert (
            other.normalisations[name].cross_section == document["datasets"][name]["cross_section"]
        )
        kept = one.cutflow.events(name)[-1]
        assert 0 < kept < 600
        # every cut keeps every event of the skim
        assert other.cutflow.events(name).tolist() == [kept] * 3
        expected = one.cutflow.sumw(name)[-1] * scale
        found = other.cutflow.sumw(name)[-1] * other.normalisations[name].scale
        assert found == pytest.approx(expected, rel=1e-12)
        assert np.isclose(
            other.cutflow.sumw2(name)[-1], one.cutflow.sumw2(name)[-1], rtol=1e-12, atol=0
        )
