"""Neural activation pattern: a square a node, a row a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from coffea_lcf.plotting import style


class Activity(Protocol):
    """A layer and the relative activity of its nodes."""

    @property
    def name(self) -> str:
        """Of the layer."""

    @property
    def signal(self) -> NDArray[np.float64]:
        """Of each node for signal, in [0, 1], shape ``(K,)``."""

    @property
    def background(self) -> NDArray[np.float64]:
        """Of each node for background."""


def activation(layers: Sequence[Activity], threshold: float = 0.2) -> Figure:
    """Return signal, background and their difference as coloured rows, a layer each.

    Nodes are sorted by their greater activity, the busiest first, alike in all three panels; a
    line stands where activity falls below `threshold` for both classes.

    Parameters
    ----------
    layers
        From the input to the output.
    threshold
        Activity below which a node counts as silent.
    """
    orders = [np.argsort(-np.maximum(layer.signal, layer.background)) for layer in layers]
    panels = {
        "signal": [layer.signal for layer in layers],
        "background": [layer.background for layer in layers],
        "|signal − background|": [np.abs(layer.signal - layer.background) for layer in layers],
    }
    silent = [
        int((np.maximum(layer.signal, layer.background) >= threshold).sum()) for layer in layers
    ]
    with style.page_style():
        figure = style.new_figure(width=7.2, height=1.0 + 3 * (0.3 + 0.24 * len(layers)))
        axes = figure.subplots(3, 1, sharex=True, squeeze=False)[:, 0]
        for own, (title, rows) in zip(axes, panels.items(), strict=True):
            ordered = [row[order] for row, order in zip(rows, orders, strict=True)]
            image = _panel(own, [layer.name for layer in layers], ordered)
            own.set_title(title)
            for row, place in enumerate(silent):
                own.vlines(place - 0.5, row - 0.5, row + 0.5, color=style.SIGNAL, linewidth=1.5)
        axes[-1].set_xlabel("nodes of the layer, the busiest first")
        figure.colorbar(image, ax=list(axes), label="relative activity", shrink=0.9, pad=0.01)
    return figure


def _panel(axes: Axes, names: Sequence[str], rows: Sequence[NDArray[np.float64]]) -> AxesImage:
    filled = np.full((len(rows), max(map(len, rows))), np.nan)
    for place, row in enumerate(rows):
        filled[place, : len(row)] = row
    image = axes.imshow(
        filled, cmap="viridis", vmin=0.0, vmax=1.0, aspect="auto", interpolation="nearest"
    )
    axes.set_yticks(range(len(names)), names)
    axes.minorticks_off()
    axes.tick_params(length=0)
    return image
