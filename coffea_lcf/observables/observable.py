"""An observable: a name, a unit, what it is computed from and a pure function of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["event", "leading", "constituents"]


def same(values: Any) -> Any:
    """Return `values`: the function of an observable that is a branch."""
    return values


@dataclass(frozen=True)
class Observable:
    """One number an event, computed from named branches, or from observables beside it.

    Parameters
    ----------
    name
        Name of the column, an identifier.
    branches
        The branches that `function` takes, in its order; only these are read.
    function
        Pure function of the arrays of `branches`. For level ``event`` they come
        as in the file, jagged branches as awkward arrays of shape ``(N, var)``;
        for level ``leading`` they are already the values of the leading object,
        shape ``(N,)``; for level ``constituents`` the values of its constituents,
        shape ``(N, var)``, none without an object.
    unit
        Unit of the result, empty for none. Energies are in GeV.
    level
        ``event``, ``leading`` or ``constituents``.
    description
        One line for tables and ``coffea-lcf inspect``.
    inputs
        Other observables of the same events, whose float32 columns, shape ``(N,)``,
        `function` takes behind the arrays of `branches`.
    """

    name: str
    branches: tuple[str, ...]
    function: Callable[..., Any] = same
    unit: str = ""
    level: Level = "event"
    description: str = ""
    inputs: tuple[str, ...] = ()
