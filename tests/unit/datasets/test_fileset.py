from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from coffea_lcf.config import LoadedConfig, parse_config
from coffea_lcf.datasets.fileset import Dataset, resolve_datasets
from coffea_lcf.errors import FilesetError


def resolved(folder: Path, *files: str, **section: object) -> tuple[Dataset, ...]:
    """Return the datasets of a configuration in `folder` with one of `files`."""
    document = {
        "name": "n",
        "tree": "Events",
        "datasets": {"d": {"files": list(files), "label": "signal", **section}},
        "observables": ["x"],
    }
    return resolve_datasets(LoadedConfig(parse_config(document), folder / "c.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.root", "a.root", "deep/c.root", "[odd].root"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_paths_start_from_the_folder_of_the_configuration(folder: Path) -> None:
    assert resolved(folder, "b.root", "deep/../a.root") == (
        Dataset("d", (f"{folder}/b.root", f"{folder}/a.root"), "Events", "signal"),
    )


def test_absolute_paths_stay(folder: Path) -> None:
    [dataset] = resolved(folder / "deep", f"{folder}/a.root")
    assert dataset.files == (f"{folder}/a.root",)


def test_globs_are_sorted_and_recursive(folder: Path) -> None:
    [dataset] = resolved(folder, "**/[abc].root")
    assert [Path(path).name for path in dataset.files] == ["a.root", "b.root", "c.root"]


def test_name_with_glob_letters_escaped(folder: Path) -> None:
    [dataset] = resolved(folder, "[[]odd].root")
    assert dataset.files == (f"{folder}/[odd].root",)


def test_addresses_stay_as_they_are(folder: Path) -> None:
    [dataset] = resolved(folder, "root://host//store/*.root")
    assert dataset.files == ("root://host//store/*.root",)


def test_dataset_overrides_the_tree_and_has_a_cross_section(folder: Path) -> None:
    [dataset] = resolved(folder, "a.root", tree="nominal", cross_section=2.5)
    assert dataset == Dataset("d", (f"{folder}/a.root",), "nominal", "signal", 2.5)


def test_missing_file(folder: Path) -> None:
    with pytest.raises(FilesetError) as caught:
        resolved(folder, "z.root")
    assert str(caught.value) == (
        f"c.yaml: datasets.d.files: no such file: z.root\n  looked for {folder}/z.root"
    )


def test_folder_is_no_file(folder: Path) -> None:
    with pytest.raises(FilesetError, match="no such file: deep"):
        resolved(folder, "deep")


def test_glob_without_match(folder: Path) -> None:
    with pytest.raises(FilesetError) as caught:
        resolved(folder, "z*.root")
    assert str(caught.value) == (
        f"c.yaml: datasets.d.files: z*.root matches no file\n  looked for {folder}/z*.root"
    )


@pytest.mark.parametrize("second", ["a.root", "./a.root", "*.root", "link.root"])
def test_file_listed_twice(folder: Path, second: str) -> None:
    (folder / "link.root").symlink_to(folder / "a.root")
    with pytest.raises(FilesetError, match=r"lists .*/a\.root twice: its events would count"):
        resolved(folder, "a.root", second)


@pytest.mark.parametrize("second", ["a.root", "link.root", "root://host//a.root"])
def test_same_file_in_two_datasets(folder: Path, second: str) -> None:
    (folder / "link.root").symlink_to(folder / "a.root")
    document = {
        "name": "n",
        "datasets": {
            "w": {"files": ["a.root", "root://host//a.root"], "label": "signal"},
            "qcd": {"files": [second], "label": "background"},
        },
        "observables": ["x"],
    }
    with pytest.raises(FilesetError) as caught:
        resolve_datasets(LoadedConfig(parse_config(document), folder / "c.yaml"))
    path = second if "://" in second else f"{folder}/{second}"
    assert str(caught.value) == (
        f"c.yaml: datasets.qcd.files lists {path}, which is in dataset 'w': its events would "
        "count in both\n  give each file to one dataset"
    )


def test_other_name_of_a_file_is_told(folder: Path) -> None:
    (folder / "link.root").hardlink_to(folder / "a.root")
    with pytest.raises(FilesetError, match=rf"double \({folder}/link\.root is the same file\)$"):
        resolved(folder, "a.root", "link.root")


def test_one_text_is_a_list_of_it(folder: Path) -> None:
    document = {
        "name": "n",
        "datasets": {"d": {"files": "*.root", "label": "signal", "sumw": 7.5}},
        "observables": ["x"],
    }
    [dataset] = resolve_datasets(LoadedConfig(parse_config(document), folder / "c.yaml"))
    assert [Path(path).name for path in dataset.files] == ["[odd].root", "a.root", "b.root"]
    assert dataset.sumw == 7.5


def test_each_file_is_looked_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [folder / f"{number}.root" for number in range(500)]
    for path in files:
        path.touch()
    (folder / "list.txt").write_text("\n".join(map(str, files)))
    looked: Counter[str] = Counter()
    stat = os.stat

    def counted(path: Any, **options: Any) -> os.stat_result:
        looked[str(path)] += 1
        return stat(path, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", counted)
        [dataset] = resolved(folder, "@list.txt")
    assert dataset.files == tuple(map(str, files))
    assert {looked[path] for path in dataset.files} == {1}
