from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from coffea_lcf.config import Config, load_config
from coffea_lcf.config.fileset import read_fileset
from coffea_lcf.errors import ConfigError, FilesetError

PREPROCESSED = {
    "files": {
        "/d/a.root": {
            "object_path": "nominal",
            "steps": [[0, 40], [40, 100]],
            "num_entries": 100,
            "uuid": "9d9a817e-e681-11f1-96ba-02fc00000001",
        },
    },
    "form": None,
    "metadata": {"label": "signal"},
}
POCKET = {
    "metadata": {
        "das_names": "['/TTTo2L2Nu/NANOAODSIM']",
        "sample": "TTTo2L2Nu",
        "year": "2018",
        "isMC": "True",
        "xsec": "88.29",
        "nevents": "145020000",
        "size": "317167000000",
    },
    "files": ["root://host//store/a.root", "here/b.root"],
}
SKIM = {
    "files": {"/s/a.root": "Events"},
    "metadata": {
        "label": "background",
        "cross_section": None,
        "isSkim": True,
        "nevents": 3,
        "sumw": 500.0,
        "sumw_skim": 2.5,
    },
}


def write(folder: Path, fileset: Any) -> Path:
    path = folder / "fileset.json"
    path.write_text(json.dumps(fileset), encoding="utf-8")
    return path


def config(folder: Path, fileset: Any, datasets: Any = None) -> Config:
    """Return the configuration that names `fileset` and has the section `datasets`."""
    write(folder, fileset)
    document = {"name": "n", "observables": ["x"], "fileset": "fileset.json"}
    if datasets is not None:
        document["datasets"] = datasets
    (folder / "c.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return load_config(folder / "c.yaml").config


def test_form_of_preprocess(tmp_path: Path) -> None:
    assert read_fileset(write(tmp_path, {"w": PREPROCESSED})) == {
        "w": {"files": ["/d/a.root"], "label": "signal", "tree": "nominal"}
    }


def test_form_of_pocket_coffea_whose_numbers_are_texts(tmp_path: Path) -> None:
    assert read_fileset(write(tmp_path, {"tt": POCKET})) == {
        "tt": {
            "files": ["root://host//store/a.root", f"{tmp_path}/here/b.root"],
            "cross_section": 88.29,
        }
    }


def test_form_of_our_skims(tmp_path: Path) -> None:
    assert read_fileset(write(tmp_path, {"qcd": SKIM})) == {
        "qcd": {"files": ["/s/a.root"], "label": "background", "tree": "Events", "sumw": 500.0}
    }


def test_form_of_the_runner_with_a_treename(tmp_path: Path) -> None:
    found = read_fileset(write(tmp_path, {"w": {"files": ["/a[1].root"], "treename": "T"}}))
    assert found == {"w": {"files": ["/a[[]1].root"], "tree": "T"}}


def test_compressed_as_preprocess_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "fileset.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"w": PREPROCESSED}).encode()))
    assert list(read_fileset(path)) == ["w"]


def test_datasets_of_a_fileset_alone(tmp_path: Path) -> None:
    found = config(tmp_path, {"w": PREPROCESSED, "qcd": SKIM})
    assert {name: one.label for name, one in found.datasets.items()} == {
        "w": "signal",
        "qcd": "background",
    }
    assert found.datasets["qcd"].sumw == 500.0


def test_only_named_datasets_are_used_and_the_configuration_counts_more(tmp_path: Path) -> None:
    datasets = {
        "tt": {"label": "signal", "cross_section": 90.0},
        "own": {"files": ["o.root"], "label": "background", "cross_section": 1.0},
    }
    found = config(tmp_path, {"tt": POCKET, "other": {"files": []}}, datasets).datasets
    assert list(found) == ["tt", "own"]
    assert (found["tt"].cross_section, len(found["tt"].files)) == (90.0, 2)


def test_dataset_named_without_a_section(tmp_path: Path) -> None:
    assert list(config(tmp_path, {"w": PREPROCESSED, "qcd": SKIM}, {"qcd": None}).datasets) == [
        "qcd"
    ]


def test_fileset_is_part_of_the_hash(tmp_path: Path) -> None:
    config(tmp_path, {"w": PREPROCESSED})
    before = load_config(tmp_path / "c.yaml").digest("datasets")
    config(tmp_path, {"w": {**PREPROCESSED, "metadata": {"label": "background"}}})
    assert load_config(tmp_path / "c.yaml").digest("datasets") != before


def test_labels_that_are_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, {"tt": POCKET, "w": PREPROCESSED})
    assert str(caught.value) == (
        "fileset.json does not tell signal from background: tt\n"
        "  name the datasets to use in c.yaml, as\n"
        "    datasets: {tt: {label: signal}, ...}"
    )


def test_unknown_dataset_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"datasets\.ttt has no files.*\n  nearest  tt"):
        config(tmp_path, {"tt": POCKET}, {"ttt": {"label": "signal"}})


def test_dataset_in_both(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"c\.yaml: datasets\.w has files, and fileset\.json has"):
        config(tmp_path, {"w": PREPROCESSED}, {"w": {"files": ["a"], "label": "signal"}})


@pytest.mark.parametrize(
    ("datasets", "said"),
    [
        (["w"], "datasets: Input should be a valid dictionary"),
        ({"w": 3}, "datasets.w: Input should be a valid dictionary"),
        ({"w": {"lable": "signal"}}, "datasets.w.lable: unknown key; nearest: label"),
    ],
)
def test_wrong_sections_are_told_as_without_a_fileset(
    tmp_path: Path, datasets: Any, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        config(tmp_path, {"w": PREPROCESSED}, datasets)


def test_names_are_checked_like_those_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"datasets\.\.\./\.\./x.*should match pattern"):
        config(tmp_path, {"../../x": PREPROCESSED})


def test_steps_that_leave_out_events(tmp_path: Path) -> None:
    for steps, entries in (([[0, 40]], 100), ([[40, 100]], 100), ([[0, 40], [60, 100]], None)):
        file = {"object_path": "T", "steps": steps, "num_entries": entries}
        with pytest.raises(FilesetError, match=r"dataset 'w': the steps of a\.root are a part"):
            read_fileset(write(tmp_path, {"w": {"files": {"a.root": file}}}))


def test_several_trees(tmp_path: Path) -> None:
    fileset = {"w": {"files": {"a.root": "T", "b.root": "U"}}}
    with pytest.raises(FilesetError, match=r"dataset 'w' reads several trees \(T, U\)"):
        read_fileset(write(tmp_path, fileset))


@pytest.mark.parametrize(
    ("fileset", "said"),
    [
        ([], "top level: Input should be a valid dictionary"),
        ({"w": {}}, "w.files: Field required"),
        ({"tt": {"nominal": {"files": [{"path": "a"}]}}}, "tt.files: Field required"),
        ({"w": {"files": [], "metadata": {"xsec": "-1"}}}, r"w.metadata.*greater than 0 \(got '-1"),
        ({"w": {"files": [], "metadata": {"xsec": "nan"}}}, "w.metadata.*"),
        ({"w": {"files": [], "metadata": {"xsec": "much"}}}, "w.metadata.*valid number"),
        ({"w": {"files": {"a": {"steps": []}}}}, "w.files"),
    ],
)
def test_other_forms_are_told_with_the_known_ones(tmp_path: Path, fileset: Any, said: str) -> None:
    with pytest.raises(FilesetError, match=rf"is no fileset: {said}") as caught:
        read_fileset(write(tmp_path, fileset))
    assert "known forms  coffea: {dataset: {files: {path: tree}" in str(caught.value)


def test_no_fileset_and_no_json(tmp_path: Path) -> None:
    with pytest.raises(FilesetError, match=r"cannot read the fileset .*: No such file"):
        read_fileset(tmp_path / "none.json")
    (tmp_path / "f.json").write_text("{'w': 1}")
    with pytest.raises(FilesetError, match=r"f\.json is no fileset: not valid JSON"):
        read_fileset(tmp_path / "f.json")
