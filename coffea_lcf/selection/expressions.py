"""A selection as a string for ROOT or Python, and as a Python function to paste."""

from __future__ import annotations

import keyword
from typing import Literal, TypeAlias

from coffea_lcf.errors import SelectionError
from coffea_lcf.selection.cut import Cut
from coffea_lcf.selection.selection import Selection

Dialect: TypeAlias = Literal["root", "python"]

_AND = {"root": " && ", "python": " & "}
_OR = {"root": " || ", "python": " | "}
_TRUE = {"root": "true", "python": "True"}


def to_expression(selection: Selection, dialect: Dialect = "root") -> str:
    """Return `selection` as a boolean expression of its observables.

    Boundaries are printed with all digits of their float32 value, so that the
    string selects the same events as the mask, on the boundary and for NaN too.

    Raises
    ------
    SelectionError
        For another dialect, or an observable that is no identifier.
    """
    if dialect not in _AND:
        msg = f"dialect {dialect!r} is not one of root, python"
        raise SelectionError(msg)
    terms = [_term(cut, dialect) for cut in selection.cuts]
    if not terms:
        return _TRUE[dialect]
    return _AND[dialect].join(f"({term})" if len(terms) > 1 else term for term in terms)


def _term(cut: Cut, dialect: Dialect) -> str:
    name = cut.observable
    if not name.isidentifier() or keyword.iskeyword(name):
        msg = f"observable {name!r} cannot stand in an expression: rename it to an identifier"
        raise SelectionError(msg)
    if cut.case == "edge":
        return f"({name} < {cut.lower!r}){_OR[dialect]}({name} > {cut.upper!r})"
    sides = []
    if cut.lower is not None:
        sides.append(f"({name} > {cut.lower!r})")
    if cut.upper is not None:
        sides.append(f"({name} < {cut.upper!r})")
    return _AND[dialect].join(sides) if len(sides) > 1 else sides[0][1:-1]


def to_python(selection: Selection, function: str = "passes") -> str:
    """Return the source of a function of arrays that needs nothing but its arguments.

    Raises
    ------
    SelectionError
        If an observable is no identifier.
    """
    arguments = ", ".join(selection.observables)
    body = to_expression(selection, "python")
    lines = [f"def {function}({arguments}):"]
    # on one line each, whatever the unit holds: the text is code
    lines += [f"    # {' '.join(str(cut).split())}" for cut in selection.cuts]
    lines += [f"    return {body}", ""]
    return "\n".join(lines)
