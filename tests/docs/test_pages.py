"""Every code block of the documentation runs, in the order of its page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .pages import NOT_RUN, Session, blocks, run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)
OTHERS = [page for page in PAGES if page.name != "tutorial.md" and blocks(page)]


def follow(page: Path, config: dict[str, Any]) -> None:
    """Run the blocks of `page` in the working directory, of whose `config` parts are shown."""
    session = Session(config=config)
    for block in blocks(page):
        run(block, session)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a reader who went through the tutorial in the repository."""
    folder = tmp_path_factory.mktemp("reader")
    for name in ("analysis_configs", "processors"):
        (folder / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        follow(DOCS / "tutorial.md", {})
    return folder


def test_the_tutorial_leaves_what_it_says(reader: Path) -> None:
    output = reader / "output" / "my_jets"
    for name in ("selection.json", "cutflow.tex", "report.html", "skims/fileset.json"):
        assert (output / name).stat().st_size > 0


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_blocks_of_a_page_run(
    page: Path, reader: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = shutil.copytree(reader, tmp_path / "reader", symlinks=True)
    monkeypatch.chdir(mine)
    follow(page, yaml.safe_load((mine / "my.yaml").read_text(encoding="utf-8")))


def test_what_is_not_run_says_why() -> None:
    for page in PAGES:
        marked = page.read_text(encoding="utf-8").count(NOT_RUN)
        assert marked == sum(bool(block.reason) for block in blocks(page)), page
