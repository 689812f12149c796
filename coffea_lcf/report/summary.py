"""What ran, in words: the first thing a reader sees."""

from __future__ import annotations

import math

from coffea_lcf.cutflow.tables.numbers import grouped, plain
from coffea_lcf.cutflow.tables.rows import SummaryRow
from coffea_lcf.explain import agreement_text
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent

_PERCENT = "\N{NO-BREAK SPACE}%"


def section_summary(content: ReportContent) -> str:
    """Return one paragraph on what the selection does, and the cuts in a list."""
    start, end = content.table.summary[0], content.table.summary[-1]
    words = html.paragraph(
        _input(content),
        _origin(content),
        _kept(end),
        _stability(content),
        _significance(start, end, content),
        _normalised(content),
    )
    cuts = "".join(
        f"<li>{html.text(cut)}{_fixed(cut.fixed)}</li>" for cut in content.selection.cuts
    )
    unused = ", ".join(content.selection.unused)
    return (
        words
        + _tiles(start, end)
        + f'<ol class="cuts">{cuts}</ol>\n'
        + html.paragraph(f"Offered and not cut: {unused}." if unused else "")
    )


def _input(content: ReportContent) -> str:
    events = sum(table.rows[0].events for table in content.table.datasets)
    names = ", ".join(f"{table.dataset} ({table.role})" for table in content.table.datasets)
    return f"The cuts were applied to {grouped(events)} events of {names}."


def _origin(content: ReportContent) -> str:
    cuts = content.selection.cuts
    fixed = sum(cut.fixed for cut in cuts)
    words = f"The selection is {_counted(len(cuts), 'cut')}"
    strategy = content.fit.get("strategy")
    if strategy and fixed < len(cuts):
        words += f", {len(cuts) - fixed} learned with the {strategy} strategy"
    if fixed:
        words += f", {fixed} given by the user"
    return words + "."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _fixed(fixed: bool) -> str:
    return ' <span class="note">given</span>' if fixed else ""


def _kept(end: SummaryRow) -> str:
    parts = [
        f"{_rounded_percent(kept)} of {role}"
        for role, kept in (
            ("signal", end.signal_efficiency),
            ("background", end.background_efficiency),
        )
        if math.isfinite(kept)
    ]
    return f"It keeps {' and '.join(parts)}." if parts else ""


def _stability(content: ReportContent) -> str:
    """Return how alike the repeats of the fit decide, the bootstraps of the default recipe."""
    found = content.fit.get("stability")
    return f"Stability: {agreement_text(found)}." if found else ""


def _rounded_percent(fraction: float) -> str:
    """Return percent with two significant digits."""
    per_cent = 100.0 * fraction
    return f"{per_cent:.0f}{_PERCENT}" if per_cent >= 10 else f"{per_cent:.2g}{_PERCENT}"


def _significance(start: SummaryRow, end: SummaryRow, content: ReportContent) -> str:
    if not math.isfinite(start.asimov):
        return ""
    uncertainty = 100.0 * content.background_uncertainty
    condition = (
        f"{uncertainty:.3g}{_PERCENT} background uncertainty" if uncertainty else "no systematics"
    )
    if not math.isfinite(end.asimov):
        return f"The expected significance after all cuts is not defined ({condition})."
    verb = "rises" if end.asimov > start.asimov else "changes"
    return (
        f"The expected significance (Asimov Z, {condition}) {verb} from "
        f"{plain(start.asimov, 3)} to {plain(end.asimov, 3)}, S/√B from "
        f"{plain(start.s_over_sqrt_b, 3)} to {plain(end.s_over_sqrt_b, 3)}."
    )


def _normalised(content: ReportContent) -> str:
    without = [
        name for name, entry in content.normalisations.items() if entry.cross_section is None
    ]
    if not without:
        return ""
    return (
        f"No cross-section was given for {', '.join(sorted(without))}: there S and B are sums of "
        f"weights of the sample, and significances only compare before and after."
    )


def _tiles(start: SummaryRow, end: SummaryRow) -> str:
    figures = (
        ("signal kept", _tile_percent(end.signal_efficiency)),
        ("background kept", _tile_percent(end.background_efficiency)),
        ("Z before → after", f"{plain(start.asimov, 3)} → {plain(end.asimov, 3)}"),
        ("purity before → after", f"{_tile_percent(start.purity)} → {_tile_percent(end.purity)}"),
    )
    cells = "".join(
        f"<div><strong>{html.text(value)}</strong><span>{html.text(name)}</span></div>"
        for name, value in figures
    )
    return f'<div class="tiles">{cells}</div>\n'


def _tile_percent(fraction: float) -> str:
    return f"{100.0 * fraction:.3g}{_PERCENT}" if math.isfinite(fraction) else plain(fraction)
