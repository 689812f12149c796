from __future__ import annotations

import tomllib
from pathlib import Path

import yaml

from coffea_lcf import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_citation_and_package_say_the_same() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    assert citation["license"] == PROJECT["license"]
    assert citation["title"] == PROJECT["name"]


def test_every_dependency_has_a_lower_bound() -> None:
    extras = [one for group in PROJECT["optional-dependencies"].values() for one in group]
    own = ("coffea-lcf[", "types-", "furo")
    free = [
        one
        for one in (*PROJECT["dependencies"], *extras)
        if ">=" not in one and not one.startswith(own)
    ]
    assert free == []
