"""How well a selection separates signal from background."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable

ROWS = 1 << 17


def evaluate(selection: Selection, table: ObservableTable) -> dict[str, float]:
    """Return the figures of `selection` on the events of `table`.

    Returns
    -------
    dict
        ``true_positives``, ``false_positives`` (numbers of events), ``accuracy``
        and ``precision`` (of unweighted events, as in arXiv:2503.22498), and the
        weighted ``signal_efficiency`` and ``background_efficiency``. NaN where a
        class is missing.
    """
    return evaluate_parts(selection, parts(table))


def evaluate_parts(selection: Selection, tables: Iterator[ObservableTable]) -> dict[str, float]:
    """Return the figures of `evaluate` on the events of all `tables`, one after the other."""

    def counts(part: ObservableTable) -> NDArray[np.float64]:
        code = (2 * _passes(selection, part).view(np.uint8) + part.label).astype(np.intp)
        return np.stack([np.bincount(code, weight, 4) for weight in (None, part.weight)])

    # unlike a loop, a map holds no part while the next is made
    events, weights = sum(map(counts, tables), np.zeros((2, 4))).reshape(2, 2, 2)
    # rows: fails, passes; columns: background, signal
    false_positives, true_positives = events[1].tolist()
    background, signal = weights.T
    return {
        "events": float(events.sum()),
        "true_positives": true_positives,
        "false_positives": false_positives,
        "accuracy": _ratio(events[0, 0] + true_positives, events.sum()),
        "precision": _ratio(true_positives, true_positives + false_positives),
        "signal_efficiency": _ratio(signal[1], signal.sum()),
        "background_efficiency": _ratio(background[1], background.sum()),
    }


def parts(table: ObservableTable) -> Iterator[ObservableTable]:
    """Yield the rows of `table` in order, so few at a time that what is made of them is cached."""
    for start in range(0, len(table), ROWS):
        yield table.select(slice(start, start + ROWS))


def _passes(selection: Selection, part: ObservableTable) -> NDArray[np.bool_]:
    """Return which events pass all cuts, as they come: faster than all masks at once."""
    passed = np.ones(len(part), dtype=np.bool_)
    for cut in selection.cuts:
        passed &= cut.mask(part[cut.observable])
    return passed


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
