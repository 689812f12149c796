"""What observables are worth by several measures, as shares of the best of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from coffea_lcf.plotting import style

_DARK = 0.6


def worth(
    names: Sequence[str], predictors: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> Figure:
    """Return a coloured matrix a predictor: observables down, measures across.

    Each measure is divided by its greatest value; losses below zero count as zero.

    Parameters
    ----------
    names
        The observables, ``F`` of them, from above.
    predictors
        By name of the predictor and of the measure: the number of each observable;
        missing ones and NaN stay empty.
    """
    widths = [max(len(measures), 1) for measures in predictors.values()]
    with style.page_style():
        figure = style.new_figure(
            width=2.2 + 0.46 * sum(widths) + 0.25 * len(widths), height=1.4 + 0.36 * len(names)
        )
        panels = figure.subplots(
            1, len(widths), squeeze=False, sharey=True, gridspec_kw={"width_ratios": widths}
        )[0]
        for axes, (title, measures) in zip(panels, predictors.items(), strict=True):
            image = _panel(axes, names, measures)
            axes.set_title(title)
        figure.colorbar(image, ax=list(panels), label="share of the best", shrink=0.9, pad=0.01)
    return figure


def _panel(
    axes: Axes, names: Sequence[str], measures: Mapping[str, Mapping[str, float]]
) -> AxesImage:
    values = np.array(
        [[column.get(name, np.nan) for column in measures.values()] for name in names]
    ).reshape(len(names), len(measures))
    shares = _of_best(values)
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    axes.set_xticks(range(len(measures)), [*measures], rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.minorticks_off()
    axes.tick_params(length=0)
    for row, column in np.ndindex(shares.shape):
        share = shares[row, column]
        if np.isfinite(share):
            color = "white" if share > _DARK else "black"
            text = f"{100 * share:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=color, size=8)
    return image


def _of_best(values: np.ndarray) -> np.ndarray:
    shares = np.full(values.shape, np.nan)
    for column, found in enumerate(values.T):
        best = np.nanmax(found, initial=0.0)
        if best > 0:
            shares[:, column] = np.clip(found, 0.0, None) / best
    return shares
