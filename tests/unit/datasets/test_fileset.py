from __future__ import annotations

from pathlib import Path

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


def test_same_file_in_two_datasets_is_allowed(folder: Path) -> None:
    section = {"files": ["a.root"], "label": "signal"}
    document = {"name": "n", "datasets": {"d": section, "e": section}, "observables": ["x"]}
    loaded = LoadedConfig(parse_config(document), folder / "c.yaml")
    one, other = resolve_datasets(loaded)
    assert one.files == other.files
