"""A comparison as tables for the terminal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from rich.box import Box
from rich.console import Console
from rich.table import Table

from coffea_lcf.baselines.compare import Comparison
from coffea_lcf.cutflow.tables.numbers import aligned, plus_minus

RULED = Box("    \n    \n ─  \n" + "    \n" * 5)
"""Nothing but a rule under each heading: it tells readers, programs too, where columns end."""


def comparison_text(rows: Sequence[Comparison], width: int = 100) -> str:
    """Return `rows` as plain text: one table a selection, at its signal efficiency.

    Parameters
    ----------
    rows
        As `coffea_lcf.baselines.compare` returns them.
    width
        Columns of the terminal.
    """
    groups: dict[str, list[Comparison]] = {}
    for row in rows:
        groups.setdefault(row.selection, []).append(row)
    return "\n".join(_selection(name, group, width) for name, group in groups.items())


def _selection(name: str, rows: list[Comparison], width: int) -> str:
    points = [row.point for row in rows]
    first = points[0]
    reached = plus_minus(100 * first.signal_efficiency, 100 * first.signal_error)
    columns = {
        "ε_b %": [
            plus_minus(100 * point.background_efficiency, 100 * point.background_error)
            for point in points
        ],
        "1/ε_b": [plus_minus(point.rejection, point.rejection_error) for point in points],
        "accuracy %": [
            plus_minus(100 * point.accuracy, 100 * point.accuracy_error) for point in points
        ],
    }
    return text_table(
        f"{name}, at its signal efficiency of ({reached}) %",
        ("contender", [row.contender for row in rows]),
        {head: aligned(cells) for head, cells in columns.items()},
        width,
    )


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
    table = Table(box=RULED)
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
    # not as the table's own title, which would wrap at the width of the table
    console.print(title)
    console.print(table)
    return "\n".join(line.rstrip() for line in screen.getvalue().rstrip().splitlines()) + "\n"
