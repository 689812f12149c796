"""What a score is worth: area under the ROC curve and efficiencies, in all and in a mass window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from sklearn.metrics import roc_auc_score, roc_curve

from benchmarks.anomaly.sample import Search


@dataclass(frozen=True)
class Figures:
    """Figures of a score.

    Attributes
    ----------
    auc
        Chance that a signal jet scores higher than a background jet.
    at_10, at_1
        Signal efficiency where 10 % and 1 % of the background pass.
    in_window
        AUC among the jets with a mass in the window of the search; NaN if a class has fewer
        than 50 there.
    """

    auc: float
    at_10: float
    at_1: float
    in_window: float


def figures(search: Search, background: NDArray[Any], signal: NDArray[Any]) -> Figures:
    """Return the figures of the scores of background and signal; NaN passes last."""
    scores = np.nan_to_num(np.concatenate([background, signal]), nan=-np.inf)
    scores = np.clip(scores, np.finfo(np.float32).min, None)
    label = np.repeat([0, 1], [len(background), len(signal)])
    mass = np.concatenate([search.background.mass, search.signal.mass])
    inside = (mass > search.window[0]) & (mass < search.window[1])
    false, true, _ = roc_curve(label, scores)
    filled = min(np.bincount(label[inside], minlength=2)) >= 50
    return Figures(
        float(roc_auc_score(label, scores)),
        float(np.interp(0.10, false, true)),
        float(np.interp(0.01, false, true)),
        float(roc_auc_score(label[inside], scores[inside])) if filled else float("nan"),
    )


def figure_table(title: str) -> Table:
    """Return an empty table of figures."""
    table = Table(title=title)
    columns = ("score", "AUC", "ε_s at 10 %", "ε_s at 1 %", "AUC in window", "CPU s")
    for name in columns:
        table.add_column(name, justify="left" if name == "score" else "right")
    return table


def add_row(table: Table, name: str, runs: Sequence[Figures], seconds: float | None = None) -> None:
    """Add the mean and half the spread of the figures of some runs."""
    values = np.array([astuple(run) for run in runs])
    mean, spread = values.mean(0), np.ptp(values, axis=0) / 2
    cells = [
        f"{middle:.3f}" + (f" ± {half:.3f}" if len(runs) > 1 else "")
        for middle, half in zip(mean, spread, strict=True)
    ]
    table.add_row(name, *cells, "" if seconds is None else f"{seconds:.0f}")
