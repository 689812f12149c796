"""Learned importance, beside what each cut really does."""

from __future__ import annotations

from coffea_lcf.cutflow.tables.numbers import percent, plain
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent

MEANING = {
    "newton": "The importance is the share of each cut in the information that all soft cuts gain.",
    "joint": (
        "The importance is the share of each cut in what the objective loses when single cuts "
        "are taken out."
    ),
    "adam": (
        "Read with care: only the product of importance and slope enters the model, so that an "
        "importance is a trace of the path that the optimiser took and no property of the data."
    ),
}
BESIDE = (
    "It does not say what is lost without the cut. The table does: what each cut still keeps when "
    "all the others are applied (N-1), and the significance that is left without it."
)


def section_importance(content: ReportContent) -> str:
    """Return the bars with their spread and the N-1 table, or nothing without a fit."""
    values = content.fit.get("importance") or {}
    if not values:
        return ""
    from coffea_lcf import plotting

    figure = plotting.importance(values, content.fit.get("importance_spread") or {})
    picture = html.image(plotting.to_svg(figure), "Importance of the observables")
    recipe = (content.fit.get("settings") or {}).get("recipe") or {}
    meaning = MEANING.get((recipe.get("optimiser") or {}).get("name", ""), "")
    return html.paragraph(meaning, BESIDE) + picture + _nminusone(content)


def _nminusone(content: ReportContent) -> str:
    head = ["Cut", "S N-1 %", "B N-1 %", "Z without"]
    rows = [
        (
            row.cut,
            percent(row.signal_nminusone),
            percent(row.background_nminusone),
            plain(row.asimov_without, 3),
        )
        for row in content.table.summary[1:]
    ]
    rows.append(("all cuts", "", "", plain(content.table.summary[-1].asimov, 3)))
    return html.table(head, rows)
