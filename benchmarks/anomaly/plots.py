"""The plots of the benchmark."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import cycle, pairwise
from typing import Any, TypeVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coffea_lcf.plotting import style

Values = NDArray[np.floating[Any]]
T = TypeVar("T")

COLORS = (
    style.SIGNAL, style.BACKGROUND, style.KEPT, "#CC79A7", style.BOUNDARY, "#E69F00", style.MUTED,
)  # fmt: skip
LINES = ("-", "--", "-.", ":")
MARKERS = "osD^vP"
SMALLEST = 1e-3
"""Background efficiency at which ROC curves start."""
FEWEST = 20
"""Jets of a bin that has a median."""


def roc_curves(
    panels: Mapping[str, Mapping[str, tuple[Values, Values]]],
    dashed: Collection[str] = (),
    columns: int = 2,
) -> Figure:
    """Return ROC curves side by side.

    Parameters
    ----------
    panels
        For each title the efficiencies of background and signal by score.
    dashed
        Scores with a dashed line.
    columns
        Panels in a row.
    """
    rows = -(-len(panels) // columns)
    with style.page_style():
        figure = style.new_figure(4.2 * columns, 3.4 * rows + 0.5)
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes, (title, curves) in zip(grid.flat, panels.items(), strict=False):
            axes.set(title=title, xscale="log", xlim=(SMALLEST, 1.0), ylim=(0.0, 1.0))
            for (name, efficiencies), color, _ in _looks(curves):
                line = "--" if name in dashed else "-"
                axes.plot(*efficiencies, line, color=color, label=name)
            # what chance would reach
            chance = np.geomspace(SMALLEST, 1.0)
            axes.plot(chance, chance, ":", color=style.MUTED, linewidth=1)
        for axes in grid.flat[len(panels) :]:
            axes.remove()
        figure.supxlabel("background efficiency", fontsize=11)
        figure.supylabel("signal efficiency", fontsize=11)
        handles, labels = grid.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure


def against(
    curves: Mapping[str, Sequence[Sequence[float]]], x: Sequence[float], **labels: str
) -> Figure:
    """Return the means of runs against `x`, with bars from the lowest to the highest run.

    Parameters
    ----------
    curves
        Runs for each x, by name.
    x
        Where they are, on a logarithmic scale.
    labels
        Of the axes: ``xlabel`` and ``ylabel``.
    """
    with style.page_style():
        figure = style.new_figure(5.6, 4.0)
        axes = figure.add_subplot(xscale="log", **labels)
        for (name, runs), color, marker in _looks(curves):
            values = np.array(runs)
            mean = values.mean(1)
            ends = [mean - values.min(1), values.max(1) - mean]
            axes.errorbar(x, mean, ends, fmt=f"{marker}-", color=color, capsize=3, label=name)
        axes.set_xticks(list(x), [f"{one:g}" for one in x])
        axes.set_xticks([], minor=True)
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    return figure


def distributions(found: Mapping[str, Mapping[str, Values]], limits: Mapping[str, float]) -> Figure:
    """Return histograms of relative errors, one panel a quantity, one line a network.

    Parameters
    ----------
    found
        Errors by quantity, for each network.
    limits
        The quantities that are drawn. Errors beyond the limit, of either sign, are in the first
        and the last bin.
    """
    with style.page_style():
        figure = style.new_figure(3.4 * len(limits), 3.5)
        row = figure.subplots(1, len(limits), squeeze=False)[0]
        for axes, (quantity, limit) in zip(row, limits.items(), strict=True):
            axes.set(title=quantity, yscale="log", xlabel="relative error")
            edges = np.linspace(-limit, limit, 61)
            for (name, errors), color, line in _looks(found, LINES):
                values = errors[quantity]
                counts, _ = np.histogram(np.clip(values, -limit, limit), edges)
                axes.stairs(counts / len(values), edges, color=color, linestyle=line, label=name)
        row[0].set_ylabel("share of all")
        handles, labels = row[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(found))
    return figure


def deviations(found: Mapping[str, Mapping[float, tuple[float, float]]]) -> Figure:
    """Return relative deviations of networks against the Lorentz factors of boosts.

    Parameters
    ----------
    found
        For each network and each factor the median, a point, and the largest deviation, to
        which its bar goes up.
    """
    with style.page_style():
        figure = style.new_figure(5.6, 4.0)
        axes = figure.add_subplot(
            xscale="log", yscale="log", xlabel="Lorentz factor of the boost",
            ylabel="relative deviation, median to largest",
        )  # fmt: skip
        for (name, curve), color, marker in _looks(found):
            median, largest = np.transpose([*curve.values()])
            above = [np.zeros_like(median), largest - median]
            axes.errorbar(
                [*curve], median, above, fmt=f"{marker}-", color=color, capsize=3, label=name
            )
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    return figure


def profiles(
    panels: Mapping[tuple[str, str], tuple[Values, Mapping[str, tuple[Values, Values]]]],
    columns: int,
) -> Figure:
    """Return medians of scores in bins of an observable, one line a kind of jet.

    Parameters
    ----------
    panels
        By score and label of the observable: the edges of the bins, and for each kind of jet
        observable and score. Bins of fewer than `FEWEST` jets are left out.
    columns
        Panels in a row.
    """
    rows = -(-len(panels) // columns)
    with style.page_style():
        figure = style.new_figure(3.8 * columns, 2.6 * rows + 0.4)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, ((score, observable), (edges, kinds)) in zip(
            grid.flat, panels.items(), strict=False
        ):
            axes.set(yscale="log", xlabel=observable, ylabel=f"median {score}")
            for (kind, (x, values)), color, marker in _looks(kinds):
                points = np.transpose(_medians(x, values, edges))
                axes.plot(*points, f"{marker}-", color=color, markersize=4, label=kind)
        handles, labels = grid.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return figure


def _medians(x: Values, values: Values, edges: Values) -> list[tuple[float, float]]:
    """Return the middles of the bins with enough values, and the medians there."""
    found = []
    for low, high in pairwise(edges):
        inside = values[(x >= low) & (x < high) & np.isfinite(values)]
        if len(inside) >= FEWEST:
            found.append(((low + high) / 2, float(np.median(inside))))
    return found


def _looks(
    curves: Mapping[str, T], signs: Sequence[str] = MARKERS
) -> Iterator[tuple[tuple[str, T], str, str]]:
    """Return names and curves, each with a colour and a sign; they start again if too few."""
    return zip(curves.items(), cycle(COLORS), cycle(signs), strict=False)
