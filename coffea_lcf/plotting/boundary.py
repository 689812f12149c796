"""A cut drawn on an observable's axis: kept region, boundaries and their values."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from coffea_lcf.plotting import style
from coffea_lcf.selection.cut import Cut


def draw_cut(axes: Axes, cut: Cut) -> None:
    """Shade what `cut` keeps and write the value of each boundary above the frame.

    The shade lies over the curves, which would hide it otherwise.
    The spread of a boundary over repeats is a grey band around it. A boundary
    outside of the axis is written at its side.
    """
    left, right = axes.get_xlim()
    for order, (low, high) in enumerate(kept_regions(cut)):
        axes.axvspan(
            max(low, left),
            min(high, right),
            facecolor=style.KEPT,
            alpha=0.13,
            label="kept" if order == 0 else None,
        )
    axes.set_xlim(left, right)
    pair = cut.lower is not None and cut.upper is not None
    if cut.lower is not None:
        _draw_boundary(axes, cut.lower, cut.lower_spread, cut.unit, "right" if pair else "center")
    if cut.upper is not None:
        _draw_boundary(axes, cut.upper, cut.upper_spread, cut.unit, "left" if pair else "center")


def kept_regions(cut: Cut) -> list[tuple[float, float]]:
    """Return the open intervals that `cut` keeps, in ascending order."""
    lower = -math.inf if cut.lower is None else cut.lower
    upper = math.inf if cut.upper is None else cut.upper
    if cut.case == "edge":
        return [(-math.inf, lower), (upper, math.inf)]
    return [(lower, upper)]


def _draw_boundary(axes: Axes, value: float, spread: float | None, unit: str, side: str) -> None:
    left, right = axes.get_xlim()
    text = f"{value:.4g} {unit}".rstrip()
    if not left <= value <= right:
        text, side = f"{text} (off axis)", "left" if value < left else "right"
    else:
        axes.axvline(value, color=style.BOUNDARY, linewidth=1.3, linestyle="--")
        if spread:
            axes.axvspan(value - spread, value + spread, color=style.MUTED, alpha=0.25, linewidth=0)
    axes.annotate(
        text,
        (min(max(value, left), right), 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        ha=side,
        va="bottom",
        fontsize="small",
    )
