"""Cut-flow tables: rows of plain numbers, and the same rows as text."""

from coffea_lcf.cutflow.tables.build import YieldWarning, cutflow_table
from coffea_lcf.cutflow.tables.csv_text import to_csv
from coffea_lcf.cutflow.tables.latex import to_latex
from coffea_lcf.cutflow.tables.rows import CutflowTable, DatasetRow, DatasetTable, SummaryRow
from coffea_lcf.cutflow.tables.terminal import rich_table

__all__ = [
    "CutflowTable",
    "DatasetRow",
    "DatasetTable",
    "SummaryRow",
    "YieldWarning",
    "cutflow_table",
    "rich_table",
    "to_csv",
    "to_latex",
]
