"""A study as a section: its table as text, and its picture if it has one."""

from __future__ import annotations

from pathlib import Path

from coffea_lcf.report import html
from coffea_lcf.report.content import Section


def study_section(title: str, text: str, picture: Path | None = None) -> Section:
    """Return the section `title` with the table `text` and the SVG file `picture`."""
    shown = ""
    if picture is not None and picture.exists():
        shown = html.image(picture.read_text(encoding="utf-8"), title)
    return Section(title, shown + html.preformatted(text))
