"""A study as a section: its tables and its pictures."""

from __future__ import annotations

from pathlib import Path

from coffea_lcf.report import html
from coffea_lcf.report.content import Section
from coffea_lcf.report.tables import with_tables


def study_section(title: str, text: str, *pictures: Path) -> Section:
    """Return the section `title`: the SVG `pictures` that are there, and `text` with its tables."""
    shown = [
        html.image(picture.read_text(encoding="utf-8"), f"{title}: {picture.stem}")
        for picture in pictures
        if picture.exists()
    ]
    return Section(title, "".join([*shown, with_tables(text)]))
