from __future__ import annotations

import glob
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coffea_lcf.datasets import wildcards
from coffea_lcf.datasets.wildcards import matches
from coffea_lcf.errors import FilesetError

WHERE = "c.yaml: datasets.d.files"
FILES = ("a.root", "b.txt", ".hidden", "one/a.root", "one/two/b.root", ".git/a.root", "x[1]/a.root")

COMPONENTS = ("*", "**", "?.root", "[ab]*", "..", "one", ".*", "*.root", "x[[]1]", "none", ".", "")


MOST = 4
"""Components of a pattern, which so leads at most as far up."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder of files, so deep that no pattern leads out of what the test may read."""
    folder = tmp_path.joinpath(*"deep"[:MOST])
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(COMPONENTS), min_size=1, max_size=MOST))
def test_files_are_those_of_glob(tree: Path, parts: list[str]) -> None:
    pattern = f"{tree}/{'/'.join(parts)}"
    expected = {os.path.realpath(path) for path in glob.glob(pattern, recursive=True)}  # noqa: PTH207
    found = {os.path.realpath(path) for path in matches(pattern, WHERE)}
    files = [{path for path in paths if Path(path).is_file()} for paths in (found, expected)]
    assert files[0] == files[1]


def test_order_and_hidden_files_by_hand(tree: Path) -> None:
    assert matches(f"{tree}/**/*.root", WHERE) == [
        f"{tree}/{name}" for name in ("a.root", "one/a.root", "one/two/b.root", "x[1]/a.root")
    ]
    assert matches(f"{tree}/.*", WHERE) == [f"{tree}/.git", f"{tree}/.hidden"]


def test_relative_patterns(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert matches("*/a.root", WHERE) == ["one/a.root", "x[1]/a.root"]


def test_links_in_a_circle_are_entered_once(tree: Path) -> None:
    (tree / "one" / "back").symlink_to(tree)
    (tree / "linked").symlink_to(tree / "one")
    found = matches(f"{tree}/**/b.root", WHERE)
    assert len(found) == 1
    assert os.path.realpath(found[0]) == os.path.realpath(tree / "one" / "two" / "b.root")


@pytest.mark.parametrize("pattern", ["*/../" * 12 + "x", "**/../" * 12 + "x"])
def test_patterns_that_multiply_folders_are_refused(
    tree: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    monkeypatch.setattr(wildcards, "MOST", 500)
    with pytest.raises(FilesetError, match=rf"^{WHERE}: .* looks into more than 500 folders"):
        matches(f"{tree}/{pattern}", WHERE)


def test_names_that_no_file_can_have(tree: Path) -> None:
    assert matches(f"{tree}/a\0*", WHERE) == []
