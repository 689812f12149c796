"""Background rejection against signal efficiency: curves of scores, points of selections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coffea_lcf.plotting import style

# a curve of a million events has a million points; a picture shows a few hundred
_POINTS = 400
_NOISE_BELOW = 0.1
_CURVES = (style.BACKGROUND, style.KEPT, "#CC79A7", style.MUTED)
_LINES = ("-", "--", "-.", (0, (1, 1)))
_SELECTIONS = (style.SIGNAL, style.BOUNDARY, "#E69F00")
_MARKERS = "osD"


class Curve(Protocol):
    """Efficiencies of a score while its threshold falls, each of shape ``(K,)``."""

    @property
    def signal_efficiency(self) -> NDArray[np.float64]:
        """Rising from 0 to 1."""

    @property
    def background_efficiency(self) -> NDArray[np.float64]:
        """Of the same events."""


class Point(Protocol):
    """Efficiencies of one selection and their errors."""

    @property
    def signal_efficiency(self) -> float:
        """In [0, 1]."""

    @property
    def signal_error(self) -> float:
        """Its standard deviation."""

    @property
    def background_efficiency(self) -> float:
        """In [0, 1]; zero is drawn as an arrow at the upper edge."""

    @property
    def background_error(self) -> float:
        """Its standard deviation."""


def roc(curves: Mapping[str, Curve], points: Mapping[str, Sequence[Point]]) -> Figure:
    """Return one over the background efficiency, in decades, against the signal efficiency.

    Parameters
    ----------
    curves
        ROC curves by label, drawn as lines.
    points
        Working points by label, drawn with error bars; higher and to the right is
        better. A dotted line marks a selection by chance.
    """
    with style.page_style():
        figure = style.new_figure(width=5.6, height=4.3)
        axes = figure.add_subplot(
            xlabel="signal efficiency $ε_s$", ylabel="background rejection $1/ε_b$"
        )
        axes.set_yscale("log")
        for (label, curve), color, line in zip(
            curves.items(), cycle(_CURVES), cycle(_LINES), strict=False
        ):
            axes.plot(*_thinned(curve), color=color, linestyle=line, linewidth=1.8, label=label)
        for (label, chosen), color, marker in zip(
            points.items(), cycle(_SELECTIONS), cycle(_MARKERS), strict=False
        ):
            _draw_points(axes, chosen, color, marker, label)
        chance = np.linspace(0.01, 1.0, 100)
        axes.plot(chance, 1.0 / chance, color=style.MUTED, linewidth=1.0, ls=":", label="chance")
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(1.0, _top(curves, points))
        axes.legend(loc="upper right")
    return figure


def _thinned(curve: Curve) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return signal efficiency and rejection of some points of `curve`, where that is finite."""
    signal, background = curve.signal_efficiency, curve.background_efficiency
    steps = np.linspace(0.0, 1.0, _POINTS)
    rows = np.unique(np.searchsorted(np.maximum.accumulate(signal), steps).clip(0, len(signal) - 1))
    rows = rows[background[rows] > 0]
    return signal[rows], 1.0 / background[rows]


def _draw_points(axes: Axes, points: Sequence[Point], color: str, marker: str, label: str) -> None:
    left = [point for point in points if point.background_efficiency > 0]
    x = np.array([point.signal_efficiency for point in left])
    background = np.array([point.background_efficiency for point in left])
    # a factor up and down, so that the bar of few events does not reach to infinity
    factor = 1.0 + np.nan_to_num([point.background_error for point in left]) / background
    y = 1.0 / background
    axes.errorbar(
        x,
        y,
        xerr=[point.signal_error for point in left],
        yerr=[y - y / factor, y * factor - y],
        fmt=marker,
        color=color,
        markersize=5,
        capsize=2,
        label=label,
        zorder=3,
    )
    empty = [point.signal_efficiency for point in points if not point.background_efficiency > 0]
    # data along the efficiency, a share of the frame along the rejection
    frame = axes.get_xaxis_transform()
    axes.plot(empty, [0.97] * len(empty), "^", color=color, markersize=7, transform=frame)


def _top(curves: Mapping[str, Curve], points: Mapping[str, Sequence[Point]]) -> float:
    """Return the end of the rejection's axis; the left end of a curve is noise and may leave it."""
    efficiencies = [
        curve.background_efficiency[curve.signal_efficiency >= _NOISE_BELOW]
        for curve in curves.values()
    ]
    efficiencies += [
        np.array([point.background_efficiency for point in chosen]) for chosen in points.values()
    ]
    seen = np.concatenate([*efficiencies, [1.0]])
    return float(max(10.0, 2.0 / seen[seen > 0].min()))
