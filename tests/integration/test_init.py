"""A new analysis, as a student starts it: init, git, run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from coffea_lcf.selection import Selection

from .chain import DATA, ok


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a new analysis of the sample of the repository."""
    folder = tmp_path_factory.mktemp("student") / "w_jets"
    ok("init", folder, "-s", DATA / "ww.root", "-b", DATA / "qcd.root")
    return folder


@pytest.fixture(scope="module")
def ended(started: Path) -> Path:
    """Return the same folder, pushed by git and run where it lies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(started)
        ok("run", "analysis.yaml", "--quiet")
    return started


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "core.excludesFile=", *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_it_runs_at_once(ended: Path) -> None:
    output = ended / "output" / "w_jets"
    selection = Selection.load(output / "selection.json")
    assert "trimmed_mass" in selection.observables
    assert all(cut.unit == "GeV" for cut in selection.cuts if "mass" in cut.observable)
    for name in ("cutflow.tex", "report.html", "skims/fileset.json"):
        assert (output / name).stat().st_size > 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_takes_the_analysis_and_no_results(ended: Path) -> None:
    git(ended, "init", "--quiet")
    git(ended, "add", ".")
    assert git(ended, "ls-files").split() == [
        ".gitignore",
        "Makefile",
        "README.md",
        "analysis.yaml",
        "filesets/samples.json",
        "processors/jets.py",
        "requirements.txt",
        "slurm.sh",
    ]
    assert git(ended, "status", "--porcelain", "--untracked-files=all").count("\n") == 8


def test_the_copied_processor_is_the_one_that_runs(started: Path) -> None:
    processor = started / "processors" / "jets.py"
    text = processor.read_text(encoding="utf-8")
    try:
        processor.write_text(text.replace('"trimmed_mass"', '"groomed_mass"'), encoding="utf-8")
        assert "groomed_mass" in ok("inspect", DATA / "ww.root", "--processor", processor).output
    finally:
        processor.write_text(text, encoding="utf-8")


def test_inspect_in_the_new_folder_asks_its_own_processor(
    started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(started)
    screen = ok("inspect", DATA / "ww.root").output
    assert "LargeRJets can compute" in screen
    assert "LeadingObjects" not in screen
