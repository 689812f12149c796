"""What the constituents of a jet and their pairs are worth to a tagger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coffea_lcf.plotting import style

Ranks: TypeAlias = tuple[int, ...]
"""Places in falling pt, from 0: one of a constituent, two of a pair."""


def constituents(
    alone: Mapping[Ranks, float],
    pairs: Mapping[Ranks, float] | None = None,
    shapley: Mapping[str, Mapping[Ranks, float]] | None = None,
) -> Figure:
    """Return bars of the constituents in falling pt, and a triangle of their pairs beside them.

    Parameters
    ----------
    alone
        Loss of AUC by rank ``(i,)``.
    pairs
        Loss of AUC by ranks ``(i, j)``, i < j; none for no triangle.
    shapley
        Mean size of the Shapley values in log-odds by rank, of ``signal`` and ``background``;
        None for no such bars.
    """
    widths = [4.3, *([4.3] if shapley else []), *([4.6] if pairs else [])]
    with style.page_style():
        figure = style.new_figure(width=sum(widths), height=3.7)
        panels = iter(figure.subplots(1, len(widths), squeeze=False, width_ratios=widths)[0])
        _losses(next(panels), alone)
        if shapley:
            _shapley(next(panels), shapley)
        if pairs:
            _triangle(figure, next(panels), pairs)
    return figure


def _losses(axes: Axes, alone: Mapping[Ranks, float]) -> None:
    losses = [100 * loss for loss in alone.values()]
    places = _places(axes, alone)
    axes.bar(places, losses, width=0.7, color=style.BACKGROUND_FILL, ec=style.BACKGROUND)
    axes.axhline(0.0, color=style.MUTED, linewidth=0.8)
    axes.set_ylabel("AUC lost without it [%]")


def _shapley(axes: Axes, shapley: Mapping[str, Mapping[Ranks, float]]) -> None:
    signal, background = ([*shapley[role].values()] for role in ("signal", "background"))
    places = _places(axes, shapley["signal"])
    fill, line = style.BACKGROUND_FILL, style.BACKGROUND
    axes.bar(places - 0.2, background, 0.4, color=fill, ec=line, label="background")
    axes.bar(places + 0.2, signal, 0.4, color="none", ec=style.SIGNAL, label="signal")
    axes.set_ylabel("mean |Shapley value| in log-odds")
    axes.legend()


def _places(axes: Axes, ranks: Iterable[Ranks]) -> NDArray[np.intp]:
    """Name the bars of `axes` by their rank from 1, and return where they stand."""
    places = np.array([rank for (rank,) in ranks])
    axes.set_xticks(places, [str(rank + 1) for rank in places])
    axes.set_xlabel("constituent, the hardest first")
    axes.tick_params(axis="x", which="both", bottom=False, top=False)
    return places


def _triangle(figure: Figure, axes: Axes, pairs: Mapping[Ranks, float]) -> None:
    size = 1 + max(max(ranks) for ranks in pairs)
    losses = np.full((size, size), np.nan)
    for (first, second), loss in pairs.items():
        losses[second, first] = 100 * loss
    greatest = max(float(np.nanmax(np.abs(losses))), 1e-12)
    image = axes.imshow(losses, cmap="PuOr_r", vmin=-greatest, vmax=greatest)
    for row, column in zip(*np.nonzero(np.isfinite(losses)), strict=True):
        value = losses[row, column]
        color = "white" if abs(value) > 0.6 * greatest else "black"
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=color, size=8)
    places = [str(rank + 1) for rank in range(size)]
    axes.set_xticks(range(size), places)
    axes.set_yticks(range(size), places)
    axes.set_xlabel("constituent")
    axes.set_ylabel("its partner")
    axes.minorticks_off()
    axes.tick_params(length=0)
    figure.colorbar(image, ax=axes, label="AUC lost without the pair [%]", shrink=0.9)
