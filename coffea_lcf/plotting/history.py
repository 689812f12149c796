"""Training history: loss against step, one line a repeat."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coffea_lcf.plotting import style


def history(
    step: NDArray[np.floating],
    loss: NDArray[np.floating],
    val_loss: NDArray[np.floating] | None = None,
) -> Figure:
    """Return training and validation loss; repeats thin, their mean thick.

    A line ends where its repeat stopped; a dot marks its lowest validation loss.

    Parameters
    ----------
    step
        Steps at which the losses were taken, shape ``(E,)``.
    loss, val_loss
        Losses, shape ``(E, R)`` for R repeats; NaN after a repeat stopped.
        None for a fit without validation events.
    """
    with style.page_style():
        figure = style.new_figure()
        axes = figure.add_subplot(xlabel="step", ylabel="loss")
        _draw(axes, step, loss, style.BACKGROUND, "training", "-")
        if val_loss is not None and np.isfinite(val_loss).any():
            _draw(axes, step, val_loss, style.SIGNAL, "validation", "--")
            _mark_lowest(axes, step, val_loss)
        axes.legend()
    return figure


def _draw(
    axes: Axes,
    step: NDArray[np.floating],
    loss: NDArray[np.floating],
    color: str,
    label: str,
    line: str,
) -> None:
    repeats = loss.shape[1]
    if repeats > 1:
        axes.plot(step, loss, color=color, linewidth=0.7, alpha=0.45, linestyle=line)
        label = f"{label}, mean of {repeats}"
    # the mean ends with the first repeat that stops: after it, it would be one of others
    axes.plot(step, loss.mean(axis=1), color=color, linewidth=2.0, linestyle=line, label=label)


def _mark_lowest(axes: Axes, step: NDArray[np.floating], val_loss: NDArray[np.floating]) -> None:
    finite = np.where(np.isfinite(val_loss), val_loss, np.inf)
    rows, repeats = finite.argmin(axis=0), np.arange(finite.shape[1])
    axes.plot(
        step[rows],
        finite[rows, repeats],
        "o",
        color=style.BOUNDARY,
        markersize=4,
        label="lowest validation loss",
    )
