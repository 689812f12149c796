"""The directive ``command-help``: what ``coffea-lcf COMMAND --help`` prints."""

from __future__ import annotations

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coffea_lcf.cli import main

WIDTH = 92


class CommandHelp(SphinxDirective):
    """Print the help of the command that the argument names, of the group without one."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the help as a literal block."""
        text = help_of(self.arguments[0] if self.arguments else None)
        block = nodes.literal_block(text, text)
        block["language"] = "text"
        return [block]


def help_of(name: str | None) -> str:
    """Return the help of the command `name`, of the group if None."""
    group = click.Context(main, info_name="coffea-lcf", terminal_width=WIDTH)
    if name is None:
        return main.get_help(group)
    command = main.commands[name]
    return command.get_help(click.Context(command, group, info_name=name, terminal_width=WIDTH))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
