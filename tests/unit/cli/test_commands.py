from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import uproot
from click.testing import CliRunner, Result

from coffea_lcf import __version__
from coffea_lcf.cli import main
from coffea_lcf.cli.execution import EXECUTORS
from coffea_lcf.config.execution import ExecutorName
from coffea_lcf.datasets.generation import GenerationResult

REPOSITORY = Path(__file__).parents[3]
STEPS = ("train", "tabulate", "fit", "cutflow", "skim", "report")


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def root_file(tmp_path: Path) -> Path:
    with uproot.recreate(tmp_path / "a.root") as file:
        columns = {"MET_pt": np.arange(3.0), "x": np.arange(3)}
        file.mktree("Events", {"MET_pt": "float64", "x": "int64"}).extend(columns)
    return tmp_path / "a.root"


def test_help_lists_every_command() -> None:
    result = invoke("--help")
    assert result.exit_code == 0
    for command in ("run", *STEPS, "inspect", "init", "generate"):
        assert f"\n  {command} " in result.output


@pytest.mark.parametrize("command", ["run", *STEPS])
def test_steps_share_their_options(command: str) -> None:
    text = invoke(command, "-h").output
    for option in ("--output", "--device", "--force", "--debug", "--quiet"):
        assert option in text


@pytest.mark.parametrize("command", ["run", *STEPS])
def test_commands_that_read_events_say_how(command: str) -> None:
    text = invoke(command, "-h").output
    reads = command in ("run", "train", "tabulate", "cutflow", "skim")
    for option in ("--executor", "--workers", "--chunksize", "--allow-missing", "--dry-run"):
        assert (option in text) == reads


def test_executors_are_those_of_the_configuration() -> None:
    assert get_args(ExecutorName) == EXECUTORS


def test_version() -> None:
    assert invoke("--version").output == f"coffea-lcf, version {__version__}\n"


def test_unknown_command_and_option() -> None:
    assert invoke("fitt").exit_code == 2
    result = invoke("run", "c.yaml", "--chunksize", "0")
    assert result.exit_code == 2
    assert "0 is not in the range x>=1" in result.stderr


def test_help_is_fast_because_it_imports_nothing_heavy() -> None:
    program = (
        "import sys; from coffea_lcf.cli import main; main(['--help'], standalone_mode=False); "
        "heavy = {'torch', 'coffea', 'uproot', 'matplotlib', 'numpy', 'pydantic'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("\n[]\n")


def test_inspect_shows_trees_branches_and_observables(root_file: Path) -> None:
    processor = REPOSITORY / "processors" / "jets.py"
    result = invoke("inspect", root_file, "--processor", processor)
    assert result.exit_code == 0
    assert "tree Events: 3 entries  <- looked into" in result.output
    assert "pt: double" in result.output
    assert "x: int64_t" in result.output
    assert "LargeRJets can compute" in result.output
    assert "not tau21: no FatJet_tau2, FatJet_tau1" in result.output


def test_inspect_asks_the_supplied_processors_where_there_are_no_others(
    root_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    output = invoke("inspect", root_file).output
    assert "LargeRJets can compute" in output
    assert "LeadingObjects can compute" in output


def test_inspect_of_a_missing_file(tmp_path: Path) -> None:
    result = invoke("inspect", tmp_path / "none.root")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"FilesetError: no such file: {tmp_path / 'none.root'}")


@pytest.fixture
def other_file(root_file: Path) -> Path:
    with uproot.recreate(root_file.with_name("b.root")) as file:
        columns = {"MET_pt": np.arange(3.0) + 1.0, "x": np.arange(3)}
        file.mktree("Events", {"MET_pt": "float64", "x": "int64"}).extend(columns)
    return root_file.with_name("b.root")


def test_init_writes_a_folder(root_file: Path, other_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    options = ("--signal", f"w={root_file}", "--background", other_file)
    result = invoke("init", folder, *options)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "signal w: 1 file",
        "background b: 1 file",
        f"{folder}: .gitignore, Makefile, README.md, analysis.yaml, filesets/samples.json, "
        "requirements.txt, slurm.sh",
        "2 of 2 observables are proposed: MET_pt, x",
        f"look through {folder / 'analysis.yaml'}, then  coffea-lcf run {folder / 'analysis.yaml'}",
    ]
    again = invoke("init", folder, *options)
    assert again.exit_code == 2
    assert again.stderr.startswith(f"OutputError: {folder} holds .gitignore, Makefile, ")


def test_init_needs_files_of_both_kinds(root_file: Path, tmp_path: Path) -> None:
    result = invoke("init", tmp_path / "new", "--signal", root_file)
    assert result.exit_code == 2
    assert "Missing option '--background'" in result.stderr


def test_init_in_a_folder_that_cannot_be_written(
    root_file: Path, other_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = invoke("init", tmp_path / "file" / "new", "-s", root_file, "-b", other_file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"OutputError: cannot write {tmp_path / 'file' / 'new'}")


def test_generate_makes_every_class_of_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def generate(process: str, events: int, output: Path, **settings: object) -> GenerationResult:
        made.append((process, events, output))
        return GenerationResult(output, events, 10, 10.0, 2.5, (1,))

    monkeypatch.setattr("coffea_lcf.datasets.generation.generate", generate)
    result = invoke("generate", "top_tagging", "-o", tmp_path, "--jets", 5)
    top, qcd = tmp_path / "top.root", tmp_path / "qcd.root"
    assert made == [("tag_top", 5, top), ("tag_qcd", 5, qcd)]
    counts = "5 events of 10 generated, cross-section 2.5 pb"
    assert result.output == f"{top}: {counts}\n{qcd}: {counts}\n"


def test_unknown_process_of_generate(tmp_path: Path) -> None:
    result = invoke("generate", "lcf_zz", "-o", tmp_path / "a.root", "-n", 1)
    assert result.exit_code == 2
    assert "lcf_zz" in result.stderr
    assert not (tmp_path / "a.root").exists()
