"""The page: sections in order, with a table of contents and a warning if anything is missing."""

from __future__ import annotations

import string
from importlib import resources
from pathlib import Path

from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent, Section
from coffea_lcf.report.cuts import section_cuts
from coffea_lcf.report.datasets import section_datasets, shortfalls
from coffea_lcf.report.importance import section_importance
from coffea_lcf.report.provenance import section_provenance
from coffea_lcf.report.skims import section_skims
from coffea_lcf.report.summary import section_summary
from coffea_lcf.report.training import section_training
from coffea_lcf.report.yields import section_yields
from coffea_lcf.writing import write_text


def write_report(path: str | Path, content: ReportContent) -> Path:
    """Write `content` as one HTML file, pictures and style included, and return its path.

    Raises
    ------
    SelectionError
        If the cut-flow is not that of the selection.
    ConfigError
        If a dataset of the cut-flow has no normalisation.
    OutputError
        If the file cannot be written.
    """
    return write_text(path, render(content))


def render(content: ReportContent) -> str:
    """Return the page as text; see `write_report`."""
    shown = [section for section in sections(content) if section.body]
    parts = resources.files("coffea_lcf.report")
    page = string.Template(parts.joinpath("page.html").read_text(encoding="utf-8"))
    return page.substitute(
        title=html.text(content.title),
        description=html.text(content.description),
        created=html.text(content.created),
        style=parts.joinpath("report.css").read_text(encoding="utf-8"),
        banner=_banner(content),
        contents="".join(
            f'<a href="#s{order}">{html.text(section.title)}</a>'
            for order, section in enumerate(shown, start=1)
        ),
        sections="".join(
            f'<section id="s{order}">\n<h2>{html.text(section.title)}</h2>\n{section.body}'
            f"</section>\n"
            for order, section in enumerate(shown, start=1)
        ),
    )


def sections(content: ReportContent) -> list[Section]:
    """Return the sections in the order of the page; one with an empty body is not shown."""
    return [
        Section("What ran", section_summary(content)),
        Section("Cuts", section_cuts(content)),
        Section("Importance", section_importance(content)),
        Section("Training", section_training(content)),
        Section("Cut-flow", section_yields(content)),
        *content.extra,
        Section("Datasets", section_datasets(content)),
        Section("Skims", section_skims(content)),
        Section("Provenance", section_provenance(content)),
    ]


def _banner(content: ReportContent) -> str:
    missing = shortfalls(content)
    if not missing:
        return ""
    return (
        f'<div class="banner" role="alert"><strong>Incomplete: the numbers below do not stand '
        f"for all events.</strong>\n{html.bullets(missing)}</div>\n"
    )
