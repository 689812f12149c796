"""The cut-flow as tables for the terminal."""

from __future__ import annotations

from rich import box
from rich.table import Table

from coffea_lcf.cutflow.tables.numbers import aligned, grouped, percent, plain, plus_minus
from coffea_lcf.cutflow.tables.rows import CutflowTable, DatasetTable, SummaryRow
from coffea_lcf.cutflow.tables.text import printed, rich_columns

LEGEND = """\
alone  this cut on all events           step  this cut on what the cuts above left
total  this cut and all those above     N-1   this cut on what all the other cuts leave
"""


def rich_table(table: CutflowTable, width: int = 100) -> str:
    """Return `table` as plain text: one table a dataset, signal first, and the summary.

    Parameters
    ----------
    table
        The rows.
    width
        Columns of the terminal; long cuts wrap, numbers never do.
    """
    datasets = (_dataset(dataset) for dataset in table.datasets)
    summary = _summary(table.summary, table.background_uncertainty)
    return printed(*datasets, LEGEND, summary, width=width)


def _dataset(dataset: DatasetTable) -> Table:
    rows = dataset.rows
    columns = {
        "events": [grouped(row.events) for row in rows],
        "Σw": aligned([plus_minus(row.sumw, row.sumw_error) for row in rows]),
        "expected": aligned([plus_minus(row.expected, row.expected_error) for row in rows]),
        "alone %": [percent(row.alone) for row in rows],
        "step %": [percent(row.step) for row in rows],
        "total %": [percent(row.total) for row in rows],
        "N-1 %": [percent(row.nminusone_efficiency) for row in rows],
    }
    if dataset.scale == 1.0:  # without a cross-section Σw is what is expected
        del columns["expected"]
    return _table(f"{dataset.dataset} ({dataset.role})", [row.cut for row in rows], columns)


def _summary(rows: tuple[SummaryRow, ...], background_uncertainty: float) -> Table:
    columns = {
        "S": aligned([plus_minus(row.signal, row.signal_error) for row in rows]),
        "B": aligned([plus_minus(row.background, row.background_error) for row in rows]),
        "S/√B": [plain(row.s_over_sqrt_b) for row in rows],
        "Z": [plain(row.asimov) for row in rows],
        "purity %": [percent(row.purity) for row in rows],
        "Z without": [plain(row.asimov_without) for row in rows],
    }
    title = f"signal and background (Asimov Z with σ_B/B = {background_uncertainty:.3g})"
    return _table(title, [row.cut for row in rows], columns)


def _table(title: str, cuts: list[str], columns: dict[str, list[str]]) -> Table:
    table = rich_columns(("cut", cuts), columns, box.SIMPLE_HEAD)
    table.title, table.title_justify, table.title_style = title, "left", ""
    return table
