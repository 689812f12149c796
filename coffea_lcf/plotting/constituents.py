"""What the constituents of a jet and their pairs are worth to a tagger."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coffea_lcf.plotting import style


def constituents(
    alone: Mapping[tuple[int, ...], float], pairs: Mapping[tuple[int, ...], float] | None = None
) -> Figure:
    """Return bars of the constituents in falling pt, and a triangle of their pairs beside them.

    Parameters
    ----------
    alone
        Loss of AUC by rank ``(i,)``.
    pairs
        Loss of AUC by ranks ``(i, j)``, i < j; None for no triangle.
    """
    with style.page_style():
        figure = style.new_figure(width=8.6 if pairs else 4.6, height=3.7)
        panels = figure.subplots(1, 2 if pairs else 1, squeeze=False)[0]
        _bars(panels[0], alone)
        if pairs:
            _triangle(figure, panels[1], pairs)
    return figure


def _bars(axes: Axes, alone: Mapping[tuple[int, ...], float]) -> None:
    ranks = [rank for (rank,) in alone]
    losses = [100 * loss for loss in alone.values()]
    axes.bar(ranks, losses, width=0.7, color=style.BACKGROUND_FILL, ec=style.BACKGROUND)
    axes.axhline(0.0, color=style.MUTED, linewidth=0.8)
    axes.set_xticks(ranks, [str(rank + 1) for rank in ranks])
    axes.set_xlabel("constituent, the hardest first")
    axes.set_ylabel("AUC lost without it [%]")
    axes.tick_params(axis="x", which="both", bottom=False, top=False)


def _triangle(figure: Figure, axes: Axes, pairs: Mapping[tuple[int, ...], float]) -> None:
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
