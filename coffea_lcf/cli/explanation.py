"""What ``coffea-lcf explain`` prints: a summary of what it wrote."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from coffea_lcf.cutflow.tables.numbers import MISSING, percent, plain
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.explain.measures import LEARNED, RETRAINED
from coffea_lcf.workflow.explain import PLOT, TABLE

MOST_ROWS = 18
"""Observables and groups of a summary: those that somebody loses most without."""

Names = tuple[str, ...]

LEGEND = f"""\
learned          importance as the fit reports it, a share of what the cuts learn and no loss
{TABLE}  further measures, how far they agree and why not, taggers on constituents
{PLOT}  the same as a picture; the report shows both
"""


def summary(document: Mapping[str, Any], width: int = 100) -> str:
    """Return what each observable is worth as one table: what is lost by who learns without it.

    Parameters
    ----------
    document
        Content of ``explanation.json``.
    width
        Columns of the terminal.
    """
    predictors: Sequence[Mapping[str, Any]] = document["worth"]
    values = {one["predictor"]: _by_names(one, RETRAINED) for one in predictors}
    learned = _by_names(predictors[0], LEARNED)
    every = dict.fromkeys(row for column in (learned, *values.values()) for row in column)
    rows = _most_missed(list(every), list(values.values()))
    columns = {
        "learned": [plain(learned[row], 3) if row in learned else MISSING for row in rows],
        **{
            f"lost by {name}": [f"{100 * one[row]:.2f}" if row in one else MISSING for row in rows]
            for name, one in values.items()
        },
    }
    areas = ", ".join(f"{one['predictor']} {percent(one['auc'])}" for one in predictors)
    title = f"AUC lost without an observable, in percent, of {areas}"
    names = ("observable", [" + ".join(row) for row in rows])
    more = len(every) - len(rows)
    rest = f" and {more} more that are missed less, in {TABLE}\n" if more else ""
    return f"{text_table(title, names, columns, width)}{rest}\n{LEGEND}"


def _most_missed(rows: list[Names], columns: Sequence[Mapping[Names, float]]) -> list[Names]:
    """Return at most `MOST_ROWS` of `rows`, in their order."""
    lost = {row: max(column.get(row, -math.inf) for column in columns) for row in rows}
    kept = sorted(rows, key=lost.__getitem__, reverse=True)[:MOST_ROWS]
    return [row for row in rows if row in kept]


def _by_names(predictor: Mapping[str, Any], measure: str) -> dict[Names, float]:
    column = predictor["columns"].get(measure, ())
    return {tuple(one["observables"]): one["value"] for one in column}
