"""One observable, signal against background, with its cut."""

from __future__ import annotations

from dataclasses import dataclass

import hist
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coffea_lcf.plotting import style
from coffea_lcf.plotting.boundary import draw_cut
from coffea_lcf.selection.cut import Cut

# what falls by more than this from its peak to its lower quarter is drawn logarithmically
_FALL = 1e3
# and so are two curves whose peaks differ by more than this
_CONTRAST = 8.0
_DECADES = 6.0


@dataclass(frozen=True, eq=False)
class _Curve:
    values: NDArray[np.float64]
    errors: NDArray[np.float64]


def shapes(
    signal: hist.Hist,
    background: hist.Hist,
    *,
    cut: Cut | None = None,
    xlabel: str = "",
    title: str = "",
) -> Figure:
    """Return signal and background, each normalised to one over the visible range.

    Parameters
    ----------
    signal, background
        Histograms of the observable with the same one axis and storage Weight.
    cut
        The cut to draw: boundaries with their values, the kept region shaded.
    xlabel
        Observable and unit.
    title
        What the events have passed.
    """
    curves = _unit(_curve(signal)), _unit(_curve(background))
    return _figure(*curves, signal.axes[0].edges, cut, xlabel, "fraction of events / bin", title)


def yields(
    signal: hist.Hist,
    background: hist.Hist,
    *,
    cut: Cut | None = None,
    xlabel: str = "",
    title: str = "",
) -> Figure:
    """Return signal and background in expected events per bin; parameters as `shapes`."""
    curves = _curve(signal), _curve(background)
    return _figure(*curves, signal.axes[0].edges, cut, xlabel, "events / bin", title)


def _curve(histogram: hist.Hist) -> _Curve:
    return _Curve(histogram.values(), np.sqrt(histogram.variances()))


def _unit(curve: _Curve) -> _Curve:
    total = curve.values.sum()
    # nothing, or more negative than positive weights: there is no shape to normalise
    return _Curve(curve.values / total, curve.errors / total) if total > 0 else curve


def _figure(
    signal: _Curve,
    background: _Curve,
    edges: NDArray[np.float64],
    cut: Cut | None,
    xlabel: str,
    ylabel: str,
    title: str,
) -> Figure:
    with style.page_style():
        figure = style.new_figure()
        axes = figure.add_subplot(xlabel=xlabel, ylabel=ylabel, xlim=(edges[0], edges[-1]))
        axes.set_title(title, pad=18 if cut else 6)
        _draw(axes, signal, background, edges)
        _scale(axes, signal.values, background.values)
        if cut is not None:
            draw_cut(axes, cut)
        axes.legend(loc="upper center", ncols=3, columnspacing=1.2, borderaxespad=0.3)
    return figure


def _draw(axes: Axes, signal: _Curve, background: _Curve, edges: NDArray[np.float64]) -> None:
    axes.stairs(
        background.values,
        edges,
        fill=True,
        facecolor=style.BACKGROUND_FILL,
        edgecolor=style.BACKGROUND,
        linewidth=1.0,
        label="background",
    )
    axes.stairs(signal.values, edges, color=style.SIGNAL, linewidth=1.8, label="signal")
    for curve, color in ((background, style.BACKGROUND), (signal, style.SIGNAL)):
        low, high = curve.values - curve.errors, curve.values + curve.errors
        axes.stairs(high, edges, baseline=low, fill=True, color=color, alpha=0.3, linewidth=0)


def _scale(axes: Axes, signal: NDArray[np.float64], background: NDArray[np.float64]) -> None:
    """Choose the vertical scale and leave room for the legend above the curves."""
    peaks = [peak for peak in (signal.max(initial=0.0), background.max(initial=0.0)) if peak > 0]
    if not peaks:
        return
    top = max(peaks)
    if not (_falls(signal) or _falls(background) or top > _CONTRAST * min(peaks)):
        axes.set_ylim(min(0.0, 1.1 * min(signal.min(), background.min())), 1.3 * top)
        return
    positive = np.concatenate([signal[signal > 0], background[background > 0]])
    bottom = max(0.5 * positive.min(), top / 10.0**_DECADES)
    axes.set_yscale("log")
    axes.set_ylim(bottom, top * (top / bottom) ** 0.25)


def _falls(values: NDArray[np.float64]) -> bool:
    positive = values[values > 0]
    return bool(len(positive) and positive.max() > _FALL * np.quantile(positive, 0.25))
