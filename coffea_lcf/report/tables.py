"""The tables of a study, which are text for the screen, as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from coffea_lcf.report import html

RULE = re.compile(" *─+( +─+)+")
"""The line under the headings of `coffea_lcf.cutflow.tables.text.text_table`."""


def with_tables(text: str) -> str:
    """Return `text` as HTML: its tables as tables below their titles, the rest as it stands."""
    lines = text.splitlines()
    found, done = [], 0
    for rule in (place for place, line in enumerate(lines) if RULE.fullmatch(line)):
        before = "\n".join(lines[done : rule - 1]).strip("\n")
        above, _, title = before.rpartition("\n")
        body = list(takewhile(bool, lines[rule + 1 :]))
        spans = [run.span() for run in re.finditer("─+", lines[rule])]
        found.append(_plain(above))
        found.append(html.table(_cells(lines[rule - 1], spans), _rows(body, spans), caption=title))
        done = rule + 1 + len(body)
    return "".join([*found, _plain("\n".join(lines[done:]))])


def _plain(text: str) -> str:
    return html.preformatted(text.strip("\n")) if text.strip() else ""


def _rows(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> Iterator[list[str]]:
    """Yield the rows, those put together again whose first cell took several lines."""
    row: list[str] = []
    for first, *others in (_cells(line, spans) for line in lines):
        if row and not any(others):
            row[0] += f" {first}"
            continue
        if row:
            yield row
        row = [first, *others]
    if row:
        yield row


def _cells(line: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [line[start:end].strip() for start, end in spans]
