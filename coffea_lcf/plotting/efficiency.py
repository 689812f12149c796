"""Efficiency of signal and background along the cut-flow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from coffea_lcf.plotting import style


def efficiencies(cuts: Sequence[str], signal: ArrayLike, background: ArrayLike) -> Figure:
    """Return the efficiencies after each cut as steps; the background's axis is logarithmic.

    Parameters
    ----------
    cuts
        The cuts in words, ``all events`` first, shape ``(1 + cuts,)``.
    signal, background
        Efficiencies of each cut and those before it, the same shape; NaN is left out.
    """
    with style.page_style():
        figure = style.new_figure(width=1.6 + 0.9 * max(len(cuts), 4), height=4.6)
        upper, lower = figure.subplots(2, 1, sharex=True)
        _steps(upper, signal, style.SIGNAL, "signal", "-")
        upper.set_ylim(0.0, 1.12)
        _steps(lower, background, style.BACKGROUND, "background", "--")
        positive = np.asarray(background, np.float64)
        positive = positive[positive > 0]
        if len(positive):
            lower.set_yscale("log")
            lower.set_ylim(min(0.3 * positive.min(), 0.05), 3.0)
        lower.set_xticks(range(len(cuts)), cuts, rotation=25, ha="right", rotation_mode="anchor")
        for axes in (upper, lower):
            axes.tick_params(axis="x", which="both", bottom=False, top=False)
            axes.set_xlim(-0.5, len(cuts) - 0.5)
    return figure


def _steps(axes: Axes, values: ArrayLike, color: str, label: str, line: str) -> None:
    y = np.asarray(values, np.float64)
    edges = np.arange(len(y) + 1) - 0.5
    axes.stairs(y, edges, baseline=None, color=color, linewidth=2.0, linestyle=line)
    axes.set_ylabel(f"{label} efficiency")
    for place, value in enumerate(y):
        if np.isfinite(value):
            axes.annotate(
                f"{value:.3g}",
                (place, value),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize="small",
                color=color,
            )
