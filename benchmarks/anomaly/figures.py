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

Values = NDArray[np.floating[Any]]

FEWEST = 50
"""Jets that each kind must have in the mass window for figures there."""


@dataclass(frozen=True)
class Figures:
    """Figures of a score.

    Attributes
    ----------
    auc
        Chance that a signal jet scores higher than a background jet.
    at_10, at_1
        Signal efficiency where 10 % and 1 % of the background pass.
    window_auc, window_10, window_1
        The same among the jets with a mass in the window of the search; NaN if a kind has fewer
        than `FEWEST` there.
    """

    auc: float
    at_10: float
    at_1: float
    window_auc: float
    window_10: float
    window_1: float


def figures(search: Search, scores: Sequence[Values]) -> Figures:
    """Return the figures of the scores of the background and of each signal; NaN passes last."""
    masses = [kind.observables["mass"] for kind in search.kinds]
    inside = [(mass > search.window[0]) & (mass < search.window[1]) for mass in masses]
    selected = [score[rows] for score, rows in zip(scores, inside, strict=True)]
    filled = min(map(len, selected)) >= FEWEST
    return Figures(*_worth(scores), *(_worth(selected) if filled else [np.nan] * 3))


def curve(scores: Sequence[Values]) -> tuple[Values, Values]:
    """Return the efficiencies of background and signals, of which each weighs the same."""
    label, values, weight = _weighted(scores)
    false, true, _ = roc_curve(label, values, sample_weight=weight)
    return false, true


def _worth(scores: Sequence[Values]) -> tuple[float, float, float]:
    label, values, weight = _weighted(scores)
    false, true = curve(scores)
    at_10, at_1 = np.interp([0.10, 0.01], false, true)
    return float(roc_auc_score(label, values, sample_weight=weight)), float(at_10), float(at_1)


def _weighted(scores: Sequence[Values]) -> tuple[NDArray[np.bool_], Values, Values]:
    """Return whether a jet is signal, its score and its weight, each kind of the same weight."""
    sizes = [len(one) for one in scores]
    values = np.nan_to_num(np.concatenate(scores).astype(np.float64), nan=-np.inf)
    return (
        np.arange(len(values)) >= sizes[0],
        np.clip(values, np.finfo(np.float64).min, None),
        np.repeat(1.0 / np.array(sizes), sizes),
    )


def figure_table(title: str) -> Table:
    """Return an empty table of figures."""
    table = Table(title=title)
    everywhere = ("AUC", "ε_s at 10 %", "ε_s at 1 %")
    columns = ("score", *everywhere, *(f"{name}, window" for name in everywhere), "CPU s")
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
