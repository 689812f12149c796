from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.baselines import compare, comparison_text
from coffea_lcf.errors import MissingBranchError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable

SELECTIONS = {
    "loose": Selection((Cut("x", "right", lower=-1.5),)),
    "tight": Selection((Cut("x", "right", lower=0.0),)),
}


@pytest.fixture
def table() -> ObservableTable:
    """``good`` separates completely, ``x`` in part."""
    return ObservableTable.from_arrays(
        {"x": [2.0, 1.0, -1.0, -2.0, 1.5, -0.5, -3.0, -4.0], "good": [1, 1, 1, 1, 0, 0, 0, 0]},
        label=[1, 1, 1, 1, 0, 0, 0, 0],
    )


def _column(name, sign=1.0):
    return lambda table: sign * table[name].astype(np.float64)


def test_contenders_stand_at_the_signal_efficiency_of_each_selection(table):
    scorers = {"same": _column("x"), "good": _column("good"), "bad": _column("good", -1.0)}
    rows = compare(SELECTIONS, scorers, table)
    found = [
        (row.selection, row.contender, row.point.signal_efficiency, row.point.background_efficiency)
        for row in rows
    ]
    assert found == [
        ("loose", "loose", 0.75, 0.5),
        ("loose", "same", 0.75, 0.5),
        ("loose", "good", 0.75, 0.0),
        ("loose", "bad", 0.75, 1.0),
        ("tight", "tight", 0.5, 0.25),
        ("tight", "same", 0.5, 0.25),
        ("tight", "good", 0.5, 0.0),
        ("tight", "bad", 0.5, 1.0),
    ]
    assert [row.point.accuracy for row in rows[4:]] == [0.625, 0.625, 0.75, 0.25]


def test_events_without_a_score_are_rejected(table):
    def half(table):
        return np.where(table["x"] > 0, table["x"], np.nan)

    (_, row) = compare({"tight": SELECTIONS["tight"]}, {"half": half}, table)
    assert row.point.background_efficiency == 0.25


def test_a_missing_observable_is_named(table):
    with pytest.raises(MissingBranchError, match="'x' is not among the columns"):
        compare(SELECTIONS, {}, table.only(("good",)))


def test_text_has_a_table_a_selection_with_errors(table):
    text = comparison_text(compare(SELECTIONS, {"good": _column("good")}, table), width=80)
    lines = [line.split() for line in text.splitlines() if line and "─" not in line]
    assert lines[0] == ["loose,", "at", "its", "signal", "efficiency", "of", "(75", "±", "22)", "%"]
    assert lines[1] == ["contender", "ε_b", "%", "1/ε_b", "accuracy", "%"]
    assert lines[2] == ["loose", "50", "±", "25", "2.0", "±", "1.0", "62", "±", "17"]
    assert lines[3] == ["good", "0", "±", "0", "∞", "88", "±", "12"]
    assert lines[4][0] == "tight,"
    assert max(map(len, text.splitlines())) <= 80


def test_a_notebook_gets_text_too(table, monkeypatch):
    rows = compare(SELECTIONS, {"good": _column("good")}, table)
    plain_text = comparison_text(rows)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert comparison_text(rows) == plain_text != ""
