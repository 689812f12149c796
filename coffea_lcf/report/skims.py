"""The skimmed files."""

from __future__ import annotations

from coffea_lcf.cutflow.tables.numbers import grouped
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent


def section_skims(content: ReportContent) -> str:
    """Return a table of the written files, or nothing where none was written."""
    if not content.skims:
        return ""
    head = ["File", "Dataset", "Events", "Size [MB]", "Σw before", "Σw after"]
    rows = [
        (
            skim["file"],
            skim["dataset"],
            grouped(skim["events"]),
            f"{skim['bytes'] / 1e6:.2f}",
            f"{skim['sumw_before']:.8g}",
            f"{skim['sumw_after']:.8g}",
        )
        for skim in content.skims
    ]
    files, events = len(content.skims), sum(skim["events"] for skim in content.skims)
    size = sum(skim["bytes"] for skim in content.skims) / 1e6
    return html.paragraph(
        f"{grouped(files)} files, {grouped(events)} events, {size:.1f} MB. Normalise them to the "
        f"Σw before the skim."
    ) + html.folded("Files", html.table(head, rows))
