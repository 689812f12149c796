"""A study as a section: its table as text, and its pictures."""

from __future__ import annotations

from pathlib import Path

from coffea_lcf.report import html
from coffea_lcf.report.content import Section


def study_section(title: str, text: str, *pictures: Path) -> Section:
    """Return the section `title` with the table `text` and those SVG `pictures` that are there."""
    shown = [
        html.image(picture.read_text(encoding="utf-8"), f"{title}: {picture.stem}")
        for picture in pictures
        if picture.exists()
    ]
    return Section(title, "".join([*shown, html.preformatted(text)]))
