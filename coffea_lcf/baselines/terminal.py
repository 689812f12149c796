"""A comparison as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from coffea_lcf.baselines.compare import Comparison
from coffea_lcf.cutflow.tables.numbers import aligned, plus_minus
from coffea_lcf.cutflow.tables.text import text_table


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
