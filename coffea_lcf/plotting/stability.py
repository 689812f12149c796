"""Boundaries over the replicas of a fit: a row a boundary, each on its own axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from coffea_lcf.plotting import style


class Interval(Protocol):
    """A boundary, its replicas and their central interval."""

    @property
    def observable(self) -> str:
        """Whose boundary."""

    @property
    def side(self) -> str:
        """Lower or upper."""

    @property
    def unit(self) -> str:
        """Unit of the observable."""

    @property
    def value(self) -> float:
        """In the selection itself."""

    @property
    def low(self) -> float:
        """Lower end of the interval."""

    @property
    def high(self) -> float:
        """Upper end of the interval."""

    @property
    def replicas(self) -> tuple[float, ...]:
        """The value of each replica."""


def boundaries(intervals: Sequence[Interval]) -> Figure:
    """Return the replicas of each boundary as ticks, with the interval and the value itself.

    Parameters
    ----------
    intervals
        One a row, from above.
    """
    with style.page_style():
        figure = style.new_figure(width=5.6, height=0.4 + 0.85 * max(len(intervals), 1))
        rows = figure.subplots(max(len(intervals), 1), squeeze=False)[:, 0]
        for axes, interval in zip(rows, intervals, strict=False):
            _draw(axes, interval)
        if not intervals:
            rows[0].set_axis_off()
            rows[0].annotate("no learned boundaries", (0.5, 0.5), ha="center")
    return figure


def _draw(axes: Axes, interval: Interval) -> None:
    replicas = np.array(interval.replicas)
    axes.axvspan(interval.low, interval.high, color=style.BACKGROUND_FILL, linewidth=0)
    axes.plot(replicas, np.full(len(replicas), 0.35), "|", color=style.BACKGROUND, markersize=9)
    axes.axvline(interval.value, color=style.SIGNAL, linewidth=1.6)
    unit = f" [{interval.unit}]" if interval.unit else ""
    axes.set_ylabel(
        f"{interval.observable}{unit}\n{interval.side}", rotation=0, ha="right", va="center"
    )
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(axis="both", which="minor", left=False, right=False, top=False)
    reach = np.append(replicas, interval.value)
    room = 0.15 * max(float(np.ptp(reach)), 1e-3 * abs(interval.value), 1e-12)
    axes.set_xlim(float(reach.min()) - room, float(reach.max()) + room)
