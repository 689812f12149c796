"""How well a selection separates signal from background."""

from __future__ import annotations

import numpy as np

from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable


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
    passed, signal = selection.mask(table), table.label
    true_positives = int(np.count_nonzero(passed & signal))
    false_positives = int(np.count_nonzero(passed & ~signal))
    return {
        "events": float(len(table)),
        "true_positives": float(true_positives),
        "false_positives": float(false_positives),
        "accuracy": _ratio(int(np.count_nonzero(passed == signal)), len(table)),
        "precision": _ratio(true_positives, true_positives + false_positives),
        "signal_efficiency": _ratio(
            table.weight[passed & signal].sum(), table.weight[signal].sum()
        ),
        "background_efficiency": _ratio(
            table.weight[passed & ~signal].sum(), table.weight[~signal].sum()
        ),
    }


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
