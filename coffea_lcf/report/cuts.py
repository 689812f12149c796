"""The cuts, each in words and as plots of signal and background with its boundary."""

from __future__ import annotations

from coffea_lcf.cutflow.cutflow import ALL_EVENTS
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent
from coffea_lcf.report.histograms import expected, stage_met
from coffea_lcf.selection.cut import Cut


def section_cuts(content: ReportContent) -> str:
    """Return the cuts with their plots, then the observables without a cut, folded."""
    cuts = "".join(
        html.heading(f"{order + 1}. {cut}")
        + html.paragraph(_remark(cut), kind="note")
        + _plots(content, cut, order)
        for order, cut in enumerate(content.selection.cuts)
    )
    others = [name for name in content.observables if name not in content.selection.observables]
    if not others:
        return cuts
    plots = html.side_by_side(*(_shapes(content, name, None) for name in others))
    return cuts + html.folded(f"Observables without a cut: {', '.join(others)}", plots)


def _remark(cut: Cut) -> str:
    parts = ["given by the user" if cut.fixed else "learned"]
    if cut.importance is not None:
        spread = "" if cut.importance_spread is None else f" ± {cut.importance_spread:.3f}"
        parts.append(f"importance {cut.importance:.3f}{spread}")
    for side, moved in (("lower", cut.lower_spread), ("upper", cut.upper_spread)):
        if moved is not None:
            parts.append(f"{side} boundary ± {moved:.2g} {cut.unit}".rstrip())
    return "; ".join(parts)


def _plots(content: ReportContent, cut: Cut, order: int) -> str:
    if cut.observable not in content.observables:
        return ""
    from coffea_lcf import plotting

    stage, title = stage_met(content, order)
    met = plotting.yields(
        expected(content, cut.observable, "signal", stage),
        expected(content, cut.observable, "background", stage),
        cut=cut,
        xlabel=content.label(cut.observable),
        title=title,
    )
    return html.side_by_side(
        _shapes(content, cut.observable, cut),
        html.image(plotting.to_svg(met), f"Expected events against {cut.observable}, {title}"),
    )


def _shapes(content: ReportContent, observable: str, cut: Cut | None) -> str:
    from coffea_lcf import plotting

    figure = plotting.shapes(
        expected(content, observable, "signal", ALL_EVENTS),
        expected(content, observable, "background", ALL_EVENTS),
        cut=cut,
        xlabel=content.label(observable),
        title="all events, unit area",
    )
    return html.image(plotting.to_svg(figure), f"Shapes of {observable}, all events")
