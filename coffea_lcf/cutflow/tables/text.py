"""Tables as plain text, for the screen and for files."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from rich.box import Box
from rich.console import Console, ConsoleRenderable
from rich.table import Table

RULED = Box("    \n    \n ─  \n" + "    \n" * 5)
"""Nothing but a rule under each heading: it tells readers, programs too, where columns end."""


def text_table(
    title: str,
    names: tuple[str, Sequence[str]],
    columns: Mapping[str, Sequence[str]],
    width: int,
) -> str:
    """Return a table as plain text: `names` in front, then right-aligned columns.

    Parameters
    ----------
    title
        Line above the table.
    names
        Heading and cells of the first column; long ones wrap.
    columns
        The other cells by heading, one a row; never wrapped.
    width
        Columns of the terminal.
    """
    # not as the table's own title, which would wrap at the width of the table
    return f"{printed(title, rich_columns(names, columns, RULED), width=width).rstrip()}\n"


def rich_columns(
    names: tuple[str, Sequence[str]], columns: Mapping[str, Sequence[str]], box: Box
) -> Table:
    """Return the table of `text_table` for rich, ruled as `box` says and without a title."""
    table = Table(box=box)
    table.padding = (0, 1, 0, 0)
    heading, first = names
    table.add_column(heading, overflow="fold")
    padded = []
    for head, cells in columns.items():
        # not justify="right", which would strip what aligned() has put behind the errors
        room = max(map(len, [head, *cells]))
        table.add_column(head.rjust(room), no_wrap=True)
        padded.append([cell.rjust(room) for cell in cells])
    for cells in zip(first, *padded, strict=True):
        table.add_row(*cells)
    return table


def printed(*parts: ConsoleRenderable | str, width: int) -> str:
    """Return what a terminal of `width` columns shows of `parts`, without color."""
    screen = io.StringIO()
    # a notebook, too, gets text: rich would show the table there and return nothing
    console = Console(
        file=screen,
        width=width,
        color_system=None,
        emoji=False,
        markup=False,
        force_jupyter=False,
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in screen.getvalue().splitlines()) + "\n"
