"""The cut-flow as one CSV table: a row a dataset and cut, in full precision."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, fields

from coffea_lcf.cutflow.tables.rows import CutflowTable, DatasetRow, SummaryRow


def to_csv(table: CutflowTable) -> str:
    """Return `table` as CSV with a header; missing numbers are ``nan``.

    The last columns (``signal`` to ``background_efficiency``) belong to the cut
    and not to the dataset: they are alike in the rows of all datasets.
    """
    numbers = [field.name for kind in (DatasetRow, SummaryRow) for field in fields(kind)]
    text = io.StringIO()
    writer = csv.DictWriter(
        text, fieldnames=["dataset", "role", *dict.fromkeys(numbers)], lineterminator="\n"
    )
    writer.writeheader()
    for dataset in table.datasets:
        head = {"dataset": dataset.dataset, "role": dataset.role}
        for own, summary in zip(dataset.rows, table.summary, strict=True):
            writer.writerow({**head, **asdict(own), **asdict(summary)})
    return text.getvalue()
