"""The events that take part in a fit behind fixed cuts."""

from __future__ import annotations

from collections.abc import Sequence

from coffea_lcf.errors import FitError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable


def surviving(table: ObservableTable, fixed: Sequence[Cut]) -> ObservableTable:
    """Return the events that pass the `fixed` cuts, without the observables of those.

    Raises
    ------
    FitError
        If no observable is left.
    """
    given = {cut.observable for cut in fixed}
    learned = tuple(name for name in table.names if name not in given)
    if not learned:
        msg = f"every observable ({', '.join(table.names)}) has a fixed cut: nothing to learn"
        raise FitError(msg)
    return table.select(Selection(tuple(fixed)).mask(table)).only(learned) if fixed else table
