"""The wheel works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "analysis_configs" / "data"

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path, **environment: str) -> str:
    """Run a program and return what it printed."""
    done = subprocess.run(
        [str(one) for one in command], cwd=cwd, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
    run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    [wheel] = folder.glob("coffea_lcf-*.whl")
    return wheel


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the package as it is installed, beside nothing else."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def lcf(unpacked: Path, cwd: Path, *arguments: object) -> str:
    """Run ``coffea-lcf`` of the wheel in the folder `cwd`."""
    command = (sys.executable, "-W", "error::UserWarning:coffea_lcf", "-m", "coffea_lcf")
    return run(*command, *arguments, cwd=cwd, PYTHONPATH=str(unpacked))


def test_it_holds_the_package_and_what_init_writes(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"coffea_lcf", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    data = {name for name in names if name.startswith("coffea_lcf/") and not name.endswith(".py")}
    template = ROOT / "coffea_lcf" / "workflow" / "init" / "template"
    assert data == {
        "coffea_lcf/py.typed",
        "coffea_lcf/report/page.html",
        "coffea_lcf/report/report.css",
        *(f"coffea_lcf/workflow/init/template/{path.name}" for path in template.iterdir()),
    }
    processors = {f"coffea_lcf/processors/{one.name}" for one in (ROOT / "processors").glob("*.py")}
    assert processors <= set(names)


def test_it_is_the_wheel_that_runs(unpacked: Path, tmp_path: Path) -> None:
    statement = "import coffea_lcf; print(coffea_lcf.__file__)"
    shown = run(sys.executable, "-c", statement, cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert Path(shown.strip()).is_relative_to(unpacked)
    assert "Start here:" in lcf(unpacked, tmp_path, "--help")


def test_from_nothing_to_a_report(unpacked: Path, tmp_path: Path) -> None:
    lcf(unpacked, tmp_path, "generate", "toy_2d", "-o", "data", "-n", 2000)
    lcf(unpacked, tmp_path, "init", "toys", "-s", "data/signal.root", "-b", "data/background.root")
    lcf(unpacked, tmp_path / "toys", "run", "analysis.yaml", "--quiet")
    assert (tmp_path / "toys" / "output" / "toys" / "report.html").stat().st_size > 0


def test_init_brings_the_processor(unpacked: Path, tmp_path: Path) -> None:
    assert "LargeRJets can compute" in lcf(unpacked, tmp_path, "inspect", DATA / "ww.root")
    lcf(unpacked, tmp_path, "init", "jets", "-s", DATA / "ww.root", "-b", DATA / "qcd.root")
    written = tmp_path / "jets" / "processors" / "jets.py"
    assert written.read_bytes() == (ROOT / "processors" / "jets.py").read_bytes()
    lcf(unpacked, tmp_path / "jets", "tabulate", "analysis.yaml", "--quiet")
