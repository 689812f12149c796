from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.errors import SelectionError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.selection.expressions import to_python

WINDOW = Cut("mass", "middle", 60.5, 98.0, "GeV")
EDGE = Cut("tau21", "edge", 0.25, 0.75)
LEFT = Cut("pt", "left", upper=-1.0)


@pytest.mark.parametrize(
    ("cuts", "root", "python"),
    [
        ((), "true", "True"),
        ((LEFT,), "pt < -1.0", "pt < -1.0"),
        ((WINDOW,), "(mass > 60.5) && (mass < 98.0)", "(mass > 60.5) & (mass < 98.0)"),
        ((EDGE,), "(tau21 < 0.25) || (tau21 > 0.75)", "(tau21 < 0.25) | (tau21 > 0.75)"),
        (
            (EDGE, LEFT),
            "((tau21 < 0.25) || (tau21 > 0.75)) && (pt < -1.0)",
            "((tau21 < 0.25) | (tau21 > 0.75)) & (pt < -1.0)",
        ),
    ],
)
def test_expressions(cuts, root, python):
    selection = Selection(cuts)
    assert selection.to_expression() == selection.to_expression("root") == root
    assert selection.to_expression("python") == python


def test_boundaries_keep_all_digits():
    cut = Cut("x", "right", lower=0.1)
    boundary = Selection((cut,)).to_expression().removeprefix("x > ")
    assert boundary == "0.10000000149011612"
    assert float(boundary) == cut.lower


def test_an_unknown_dialect_is_refused():
    with pytest.raises(SelectionError, match="dialect 'cpp' is not one of root, python"):
        Selection((LEFT,)).to_expression("cpp")


@pytest.mark.parametrize("name", ["jet pt", "1st", "x;exit()", "x) | (y", "a.b"])
@pytest.mark.parametrize("dialect", ["root", "python"])
def test_an_observable_must_be_an_identifier(name, dialect):
    selection = Selection((Cut(name, "left", upper=1.0),))
    with pytest.raises(SelectionError, match="cannot stand in an expression: rename it"):
        selection.to_expression(dialect)


def test_a_keyword_cannot_stand_in_python():
    selection = Selection((Cut("lambda", "left", upper=1.0),))
    with pytest.raises(SelectionError, match="'lambda' cannot stand in an expression"):
        selection.to_expression("python")


def _compiled(source, name="passes"):
    namespace: dict = {}
    exec(source, namespace)
    return namespace[name]


def test_the_python_function_needs_nothing_but_its_arguments():
    selection = Selection((WINDOW, EDGE))
    source = to_python(selection, "is_w")
    assert source.splitlines()[:3] == [
        "def is_w(mass, tau21):",
        "    # 60.5 < mass < 98 GeV",
        "    # tau21 < 0.25 or tau21 > 0.75",
    ]
    columns = {"mass": np.array([80.0, 80.0, 20.0]), "tau21": np.array([0.1, 0.5, 0.9])}
    assert _compiled(source, "is_w")(**columns).tolist() == selection.mask(columns).tolist()


def test_the_function_of_no_cuts_is_true():
    assert _compiled(to_python(Selection(())))() is True


def test_a_unit_cannot_smuggle_code_into_the_function():
    cut = Cut("x", "right", lower=0.0, unit="GeV\n    raise SystemExit")
    assert _compiled(to_python(Selection((cut,))))(np.array([1.0])).tolist() == [True]
