"""Correlation of latent nodes with observables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coffea_lcf.plotting import style


def latent(observables: Sequence[str], coefficients: NDArray[np.floating]) -> Figure:
    """Return a row an observable and a column a node, in the order of the first observable.

    Parameters
    ----------
    observables
        ``O`` names.
    coefficients
        In [-1, 1], shape ``(L, O)``; nodes that are NaN, because they are constant, come last.
    """
    order = np.argsort(np.where(np.isnan(coefficients[:, 0]), np.inf, -coefficients[:, 0]))
    with style.page_style():
        figure = style.new_figure(width=7.2, height=1.3 + 0.34 * len(observables))
        axes = figure.add_subplot(xlabel="latent node")
        image = axes.imshow(
            coefficients[order].T,
            cmap="PuOr_r",
            vmin=-1.0,
            vmax=1.0,
            aspect="auto",
            interpolation="nearest",
        )
        axes.set_yticks(range(len(observables)), observables)
        axes.set_xticks([])
        axes.minorticks_off()
        axes.tick_params(length=0)
        figure.colorbar(image, ax=axes, label="correlation", pad=0.01)
    return figure
