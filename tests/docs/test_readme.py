"""The README says what runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import coffea_lcf as lcf
from coffea_lcf.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_python_block_runs_as_it_is(block, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "mass" in done.stdout
    selection = lcf.Selection.load(tmp_path / "selection.json")
    assert set(selection.observables) == {"mass", "tau21"}


def test_the_example_is_short():
    assert len(BLOCKS) == 1
    assert len(BLOCKS[0].splitlines()) <= 18


def test_every_command_it_names_exists():
    named = set(re.findall(r"(?:`|^    )coffea-lcf ([a-z]+)", README, flags=re.MULTILINE))
    assert named <= set(main.commands), named


def test_every_config_it_names_exists_and_is_yaml():
    for name in re.findall(r"analysis_configs/\w+\.yaml", README):
        assert yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
