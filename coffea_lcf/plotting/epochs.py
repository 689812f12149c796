"""Losses of a network, epoch by epoch, through one or more trainings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from coffea_lcf.plotting import style

Training: TypeAlias = tuple[str, Sequence[float], Sequence[float]]
"""Name, and losses of each epoch on the events to learn from and on others, perhaps none."""


def epochs(trainings: Sequence[Training]) -> Figure:
    """Return training and validation loss of trainings that follow each other.

    A dot marks the lowest validation loss of each; where there are several, their names stand
    above.

    Parameters
    ----------
    trainings
        In order, at least one.
    """
    with style.page_style():
        figure = style.new_figure()
        axes = figure.add_subplot(xlabel="epoch", ylabel="loss")
        first = 1
        for name, loss, validation in trainings:
            _draw(axes, first, loss, validation)
            if first > 1:
                axes.axvline(first - 0.5, color=style.MUTED, linewidth=0.8)
            if len(trainings) > 1:
                _name(axes, first, name)
            first += len(loss)
        if len(trainings) > 1:
            axes.margins(y=0.15)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(axis="x", which="minor", bottom=False)
        axes.legend()
    return figure


def _draw(axes: Axes, first: int, loss: Sequence[float], validation: Sequence[float]) -> None:
    names = ("training", "validation", "lowest validation loss")
    # a name with an underscore is not in the legend again
    labels = iter(names if first == 1 else ["_"] * len(names))
    epoch = np.arange(first, first + len(loss))
    axes.plot(epoch, loss, "-", color=style.BACKGROUND, linewidth=2.0, label=next(labels))
    if validation:
        axes.plot(epoch, validation, "--", color=style.SIGNAL, linewidth=2.0, label=next(labels))
        lowest = int(np.argmin(validation))
        place, name = (epoch[lowest], validation[lowest]), next(labels)
        axes.plot(*place, "o", color=style.BOUNDARY, markersize=4, label=name)


def _name(axes: Axes, first: int, name: str) -> None:
    """Write `name` above what begins with the epoch `first`."""
    axes.annotate(
        name,
        (first - 0.5, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(4, -4),
        textcoords="offset points",
        va="top",
        color=style.MUTED,
        fontsize="small",
    )
