"""The datasets: how they enter S and B, and whether all of their events were processed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coffea_lcf.cutflow.tables.numbers import grouped
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent


def section_datasets(content: ReportContent) -> str:
    """Return the normalisation and the completeness of each dataset."""
    return _normalisations(content) + _completeness(content)


def shortfalls(content: ReportContent) -> list[str]:
    """Return a line for everything that was not processed; none if all was."""
    lines: list[str] = []
    for entry in content.completeness:
        lines += [
            f"{entry['dataset']}: {grouped(entry[f'{what}_processed'])} of "
            f"{grouped(entry[f'{what}_expected'])} {what} processed"
            for what in ("chunks", "events")
            if entry[f"{what}_processed"] != entry[f"{what}_expected"]
        ]
        lines += [f"{entry['dataset']}: {failure}" for failure in entry["failures"]]
    return lines


def _normalisations(content: ReportContent) -> str:
    head = ["Dataset", "Role", "σ [pb]", "Luminosity [1/pb]", "Σw generated", "Events per Σw"]
    rows = [
        (
            name,
            entry.role,
            "-" if entry.cross_section is None else f"{entry.cross_section:.6g}",
            "-" if entry.cross_section is None else f"{entry.luminosity:.6g}",
            f"{entry.sumw:.6g}",
            f"{entry.scale:.4g}",
        )
        for name, entry in content.normalisations.items()
    ]
    return html.table(head, rows, caption="How the datasets enter S and B")


def _completeness(content: ReportContent) -> str:
    if not content.completeness:
        return ""
    head = ["Dataset", "Files", "Chunks", "Events", "Complete"]
    rows = [_row(entry) for entry in content.completeness]
    return html.table(head, rows, caption="Processed of expected")


def _row(entry: Mapping[str, Any]) -> tuple[str, ...]:
    done = [
        f"{grouped(entry[f'{what}_processed'])} / {grouped(entry[f'{what}_expected'])}"
        for what in ("chunks", "events")
    ]
    whole = all(
        entry[f"{what}_processed"] == entry[f"{what}_expected"] for what in ("chunks", "events")
    )
    verdict = "yes" if whole and not entry["failures"] else "NO"
    return (entry["dataset"], grouped(entry["files"]), *done, verdict)
