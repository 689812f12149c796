"""The cut-flow: signal against background, then each dataset."""

from __future__ import annotations

from coffea_lcf.cutflow.tables import CutflowTable, DatasetTable
from coffea_lcf.cutflow.tables.numbers import grouped, percent, plain, plus_minus
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent

LEGEND = (
    "Efficiencies: alone, of this cut on all events; step, of this cut on what the cuts above "
    "left; total, of this cut and all those above; N-1, of this cut on what all the other cuts "
    "leave. Errors are statistical, √Σw²."
)


def section_yields(content: ReportContent) -> str:
    """Return the efficiencies as steps and the tables."""
    datasets = "".join(_dataset(table) for table in content.table.datasets)
    summary = summary_table(content.table, content.background_uncertainty)
    return _steps(content) + summary + html.paragraph(LEGEND, kind="note") + datasets


def _steps(content: ReportContent) -> str:
    from coffea_lcf import plotting

    rows = content.table.summary
    figure = plotting.efficiencies(
        [row.cut for row in rows],
        [row.signal_efficiency for row in rows],
        [row.background_efficiency for row in rows],
    )
    return html.image(plotting.to_svg(figure), "Efficiency after each cut")


def summary_table(table: CutflowTable, background_uncertainty: float) -> str:
    """Return signal against background after each cut."""
    head = ["Cut", "S", "B", "S/√B", "Z", "S/(S+B) %", "S total %", "B total %"]
    rows = [
        (
            row.cut,
            plus_minus(row.signal, row.signal_error),
            plus_minus(row.background, row.background_error),
            plain(row.s_over_sqrt_b),
            plain(row.asimov),
            percent(row.purity),
            percent(row.signal_efficiency),
            percent(row.background_efficiency),
        )
        for row in table.summary
    ]
    uncertainty = 100.0 * background_uncertainty
    caption = f"Expected signal and background; Z with {uncertainty:.3g} % background uncertainty"
    return html.table(head, rows, caption=caption)


def _dataset(table: DatasetTable) -> str:
    head = ["Cut", "Events", "Σw", "Expected", "Alone %", "Step %", "Total %", "N-1 %"]
    rows = [
        (
            row.cut,
            grouped(row.events),
            plus_minus(row.sumw, row.sumw_error),
            plus_minus(row.expected, row.expected_error),
            percent(row.alone),
            percent(row.step),
            percent(row.total),
            percent(row.nminusone_efficiency),
        )
        for row in table.rows
    ]
    return html.table(head, rows, caption=f"{table.dataset} ({table.role})")
