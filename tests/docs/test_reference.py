"""The reference leaves nothing out."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

import coffea_lcf
from coffea_lcf.cli import main
from coffea_lcf.config import Config
from coffea_lcf.config.fit import FitSection
from coffea_lcf.training.recipe import Recipe

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
DIRECTIVE = re.compile(r"\{configuration-section\} (\S+)\.(\w+)\n")


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


def comments(section: type) -> dict[str, str]:
    """Return the docstring below each key of `section`."""
    (definition,) = ast.parse(inspect.getsource(section)).body
    return {
        key.target.id: below.value.value
        for key, below in pairwise(definition.body)  # type: ignore[attr-defined]
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }


@pytest.mark.parametrize(
    ("module", "name"),
    DIRECTIVE.findall(page("configuration")),
)
def test_every_key_is_explained_in_the_words_of_a_configuration(module: str, name: str) -> None:
    section = getattr(import_module(module), name)
    said = comments(section)
    assert said.keys() == section.model_fields.keys()
    assert not [key for key, comment in said.items() if re.search(r"\bNone\b", comment)]


def test_a_fit_of_a_configuration_differs_from_one_in_python_where_the_page_says_so() -> None:
    """The defaults are the same, but for those in the table of the page."""
    table = re.findall(r"\| `(\w+)` \| `(\S+)` \| `(\S+)` \|", page("python"))
    python = {
        name: one.default
        for name, one in inspect.signature(coffea_lcf.fit).parameters.items()
        if name not in ("objective", "directions", "centers")  # nothing, said in two ways
    }
    recipe = {name: getattr(Recipe(), name) for name in ("validation_fraction", "class_prior")}
    python |= recipe
    other = {
        name: (f"{one.default}", f"{python[name]}")
        for name, one in FitSection.model_fields.items()
        if name in python and one.default != python[name]
    }
    assert other == {name: (yaml, default) for name, yaml, default in table}
