"""Small pieces of HTML; every text that goes in is escaped here."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def text(value: object) -> str:
    """Return `value` as text that no browser takes for markup."""
    return html.escape(str(value))


def paragraph(*sentences: str, kind: str = "") -> str:
    """Return plain sentences as a paragraph of the CSS class `kind`; nothing for nothing."""
    joined = " ".join(sentence for sentence in sentences if sentence)
    opening = f'<p class="{kind}">' if kind else "<p>"
    return f"{opening}{text(joined)}</p>\n" if joined else ""


def heading(words: str) -> str:
    """Return a heading inside of a section."""
    return f"<h3>{text(words)}</h3>\n"


def bullets(items: Iterable[object]) -> str:
    """Return a list of plain texts."""
    return "<ul>" + "".join(f"<li>{text(item)}</li>" for item in items) + "</ul>\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "") -> str:
    """Return a table of plain texts; the first column is words, the others numbers."""
    top = "".join(f'<th scope="col">{text(cell)}</th>' for cell in head)
    body = "".join(_row(row) for row in rows)
    title = f"<caption>{text(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table>{title}<thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>\n"
    )


def _row(cells: Sequence[object]) -> str:
    first, *others = cells
    numbers = "".join(f"<td>{text(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{text(first)}</th>{numbers}</tr>'


def image(svg: str, description: str) -> str:
    """Return an SVG picture embedded in the page; `description` is for those who cannot see it."""
    # as data and not inline, because the ids inside of two SVGs of one page would collide
    data = base64.b64encode(svg.encode()).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{text(description)}">\n'


def side_by_side(*pictures: str) -> str:
    """Return pictures in a row, below each other where the screen is narrow."""
    return f'<div class="pictures">{"".join(pictures)}</div>\n'


def preformatted(body: str) -> str:
    """Return plain text with its columns kept."""
    return f'<div class="scroll"><pre>{text(body)}</pre></div>\n'


def folded(summary: str, body: str) -> str:
    """Return `body`, HTML, behind a line to click."""
    return f"<details><summary>{text(summary)}</summary>\n{body}</details>\n"


def tree(value: Any) -> str:
    """Return nested mappings and lists as nested lists, leaves as text."""
    if isinstance(value, Mapping):
        entries = "".join(f"<dt>{text(key)}</dt><dd>{tree(own)}</dd>" for key, own in value.items())
        return f"<dl>{entries}</dl>"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return "<ul>" + "".join(f"<li>{tree(entry)}</li>" for entry in value) + "</ul>"
    return text(value)
