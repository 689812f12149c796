"""How Sphinx builds the documentation: ``sphinx-build -W -b html docs docs/_build/html``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coffea_lcf

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "coffea-lcf"
author = "The coffea-lcf developers"
project_copyright = f"2026, {author}"
release = coffea_lcf.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "commands",
    "configuration",
    "pictures",
]
exclude_patterns = ["_build"]
default_role = "code"  # what docstrings put between single backticks

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_ivar = True  # attributes are named once, by their class
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"coffea-lcf {release}"


def bars_as_written(
    _app: Sphinx, _what: str, _name: str, _one: Any, _opt: Any, lines: list[str]
) -> None:
    """Leave ``|x|`` in docstrings an absolute value: Sphinx would look for a substitution."""
    lines[:] = [re.sub(r"(?<!`)\|(\w+)\|(?!`)", r"\\|\1\\|", line) for line in lines]


def setup(app: Sphinx) -> None:
    """Connect what docstrings need."""
    app.connect("autodoc-process-docstring", bars_as_written)
