"""The directive ``configuration-section``: the keys of a section, from its pydantic class."""

from __future__ import annotations

import json
from importlib import import_module
from inspect import cleandoc
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from pydantic import BaseModel
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

WORDS = {"string": "text", "number": "number", "integer": "integer", "boolean": "true or false"}
BOUNDS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
}


class ConfigurationSection(SphinxDirective):
    """Print the keys of the class ``module.Class``: type, default and meaning."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the docstring of the class and a definition list of its keys."""
        module, _, name = self.arguments[0].rpartition(".")
        section = getattr(import_module(module), name)
        node = nodes.container()
        lines = [*cleandoc(section.__doc__ or "").split("\n"), "", *keys(section)]
        text = StringList(lines, source=self.arguments[0])
        self.state.nested_parse(text, self.content_offset, node)
        return node.children


def keys(section: type[BaseModel]) -> list[str]:
    """Return the keys of `section` in Markdown, a definition each."""
    schema = section.model_json_schema()
    said = ModuleAnalyzer.for_module(section.__module__)
    said.analyze()
    alias = {(one.alias or name): name for name, one in section.model_fields.items()}
    lines = []
    for key, one in schema["properties"].items():
        comment = said.attr_docs.get((section.__name__, alias[key]), [])
        needed = key in schema.get("required", ())
        lines += [f"`{key}`", f": {kind(one)}; {'required' if needed else default(one)}", ""]
        lines += [f"  {line}".rstrip() for line in comment] + [""]
    return lines


def kind(schema: dict[str, Any]) -> str:
    """Return in words what a JSON schema allows."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[section](#{name})" if name.endswith("Section") else "any value"
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum") or [schema["const"]]
        return " or ".join(f"`{one}`" for one in choices)
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", schema.get("patternProperties", {}))
        if isinstance(values, dict) and "patternProperties" in schema:
            (values,) = schema["patternProperties"].values()
        return f"{kind(values)} by name" if isinstance(values, dict) else "any value by name"
    bounds = [text.format(schema[key]) for key, text in BOUNDS.items() if key in schema]
    return " ".join([WORDS.get(schema.get("type", ""), "any value"), ", ".join(bounds)]).strip()


def default(schema: dict[str, Any]) -> str:
    """Return the default of a key in words."""
    value = schema.get("default")
    if value is None:
        return "not set by default"
    if isinstance(value, dict) and value:
        return "default as below"
    return f"default `{json.dumps(value, ensure_ascii=False)}`"


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("configuration-section", ConfigurationSection)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
