"""Linear correlation of the observables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from coffea_lcf.plotting import style

# with more observables the numbers would be too small to read
_MOST_WRITTEN = 12


def correlation(names: Sequence[str], matrices: Mapping[str, NDArray[np.floating]]) -> Figure:
    """Return one coloured matrix a class of events, side by side.

    Parameters
    ----------
    names
        The observables, ``F`` of them.
    matrices
        Correlation coefficients in [-1, 1], shape ``(F, F)``, by class
        (``signal``, ``background``).
    """
    side = 1.6 + 0.42 * len(names)
    with style.page_style():
        figure = style.new_figure(width=1.0 + side * len(matrices), height=side + 0.4)
        panels = figure.subplots(1, len(matrices), squeeze=False, sharey=True)[0]
        for axes, (title, matrix) in zip(panels, matrices.items(), strict=True):
            image = _panel(axes, names, matrix)
            axes.set_title(title)
        figure.colorbar(image, ax=list(panels), label="correlation", shrink=0.8)
    return figure


def _panel(axes: Axes, names: Sequence[str], matrix: NDArray[np.floating]) -> AxesImage:
    image = axes.imshow(matrix, cmap="PuOr_r", vmin=-1.0, vmax=1.0)
    places = range(len(names))
    axes.set_xticks(places, names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, names)
    axes.minorticks_off()
    axes.tick_params(length=0)
    if len(names) <= _MOST_WRITTEN:
        for row, column in np.ndindex(matrix.shape):
            value = matrix[row, column]
            color = "white" if abs(value) > 0.6 else "black"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=color, size=8)
    return image
