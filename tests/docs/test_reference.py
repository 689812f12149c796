"""The reference leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import coffea_lcf
from coffea_lcf.cli import main
from coffea_lcf.config import Config

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def test_every_command_is_there() -> None:
    assert set(re.findall(r"\{command-help\} (\S+)", page("commands"))) == set(main.commands)


def test_every_section_of_a_configuration_is_there_under_its_own_anchor() -> None:
    found = re.findall(
        r"\((\w+)\)=\n## .+\n\n```\{configuration-section\} \S+\.(\w+)\n", page("configuration")
    )
    assert all(anchor == section for anchor, section in found)
    sections = {name for name in Config.model_json_schema()["$defs"] if name.endswith("Section")}
    assert {section for _, section in found} == sections | {"Config"}


@pytest.mark.parametrize("name", [name for name in coffea_lcf.__all__ if name != "__version__"])
def test_every_public_name_is_there(name: str) -> None:
    if name != "LCFError":  # with all errors
        assert re.search(rf"auto(class|function):: coffea_lcf\.{name}\n", page("python"))
