from __future__ import annotations

import pytest

from coffea_lcf.explain import (
    PruningPath,
    PruningStep,
    explain_selection,
    explanation_text,
    pruning_text,
)
from coffea_lcf.selection import Cut, Selection


@pytest.fixture(scope="module")
def text(twins):
    explanation = explain_selection(twins.selection, twins.table)
    return explanation_text(explanation, width=100)


def _row(text, start):
    return next(line for line in text.splitlines() if line.strip().startswith(start))


def test_each_cut_has_a_row_with_what_is_lost_without_it(text):
    assert "0.600 ± 0.010" in _row(text, "mass > 0")
    assert "0.200 ± 0.300" in _row(text, "twin > 0")
    assert _row(text, "shape < 1").split()[3:5] != ["0.200", "±"]
    assert _row(text, "noise (no cut)").split()[3:8] == ["-", "0", "±", "0", "0.0000"]


def test_groups_follow_the_single_ones(text):
    (group,) = [line for line in text.splitlines() if " + " in line]
    assert group.split()[:4] == ["mass", "+", "twin", "-"]
    assert max(map(len, text.splitlines())) <= 100


def test_no_groups_no_table_of_groups(twins):
    explanation = explain_selection(twins.selection, twins.table, correlation=1.0)
    assert " + " not in explanation_text(explanation)


def test_pruning_has_a_line_a_refit():
    full = Selection((Cut("a", "left", upper=1.0),))
    steps = (
        PruningStep("b", 0.8, 0.81, True, full),
        PruningStep("a", 0.81, 0.5, False, full),
    )
    text = pruning_text(PruningPath(("a", "b"), full, 0.8, steps))
    assert text.startswith("from 2 observables to 1, accuracy from 0.8000 to 0.8100\n")
    assert _row(text, "b").split() == ["b", "0.8000", "0.8100", "left", "out"]
    assert _row(text, "a").split() == ["a", "0.8100", "0.5000", "needed"]
    assert text.endswith("\nleft: a\n")
