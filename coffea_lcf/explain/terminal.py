"""Importances and pruning as tables for the terminal."""

from __future__ import annotations

import math

from coffea_lcf.cutflow.tables.numbers import MISSING, aligned, percent, plain, plus_minus
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.explain.explanation import Explanation, GroupRow, ObservableRow
from coffea_lcf.explain.pruning import PruningPath

LEGEND = """\
learned           importance as the fit reports it, with its spread over repeats
accuracy, AUC, Z  lost when these cuts are taken out and the others stay
ε_s, ε_b          left without them
"""


def explanation_text(explanation: Explanation, width: int = 100) -> str:
    """Return `explanation` as plain text: what is lost without each cut.

    Groups of correlated observables follow the single ones.

    Parameters
    ----------
    explanation
        The rows.
    width
        Columns of the terminal; long cuts wrap, numbers never do.
    """
    return f"{_without_cuts(explanation, width)}\n{LEGEND}"


def pruning_text(path: PruningPath, width: int = 100) -> str:
    """Return `path` as plain text: one refit a row, with the metric before and after.

    Parameters
    ----------
    path
        What `coffea_lcf.explain.prune` returns.
    width
        Columns of the terminal.
    """
    title = (
        f"from {len(path.offered)} observables to {len(path.observables)}, "
        f"{path.metric} from {path.start:.4f} to {path.end:.4f}"
    )
    columns = {
        "before": [f"{step.before:.4f}" for step in path.steps],
        "after": [f"{step.after:.4f}" for step in path.steps],
        "": ["left out" if step.accepted else "needed" for step in path.steps],
    }
    without = ("without", [step.observable for step in path.steps])
    return f"{text_table(title, without, columns, width)}\nleft: {', '.join(path.observables)}\n"


def _without_cuts(explanation: Explanation, width: int) -> str:
    losses = [row.dropped for row in _singles_and_groups(explanation)]
    columns = {
        "learned": aligned(
            [_importance(row) for row in explanation.rows] + [MISSING] * len(explanation.groups)
        ),
        "accuracy %": aligned(
            [plus_minus(100 * loss.accuracy, 100 * loss.accuracy_error) for loss in losses]
        ),
        "AUC": [f"{loss.balanced_accuracy:.4f}" for loss in losses],
        "Z": [plain(loss.significance, 3) for loss in losses],
        "ε_s %": [percent(loss.without.signal_efficiency) for loss in losses],
        "ε_b %": [percent(loss.without.background_efficiency) for loss in losses],
    }
    point = explanation.point
    title = (
        f"lost without a cut, of accuracy {percent(point.accuracy)} %, "
        f"AUC {point.balanced_accuracy:.4f}, Z {plain(explanation.significance)}"
    )
    cuts = [" and ".join(row.cuts) or f"{row.observable} (no cut)" for row in explanation.rows]
    return text_table(title, ("cut", cuts + _together(explanation)), columns, width)


def _singles_and_groups(explanation: Explanation) -> list[ObservableRow | GroupRow]:
    return [*explanation.rows, *explanation.groups]


def _together(explanation: Explanation) -> list[str]:
    return [" + ".join(group.observables) for group in explanation.groups]


def _importance(row: ObservableRow) -> str:
    if math.isnan(row.importance):
        return MISSING
    spread = row.importance_spread
    return f"{row.importance:.3f}" if math.isnan(spread) else f"{row.importance:.3f} ± {spread:.3f}"
