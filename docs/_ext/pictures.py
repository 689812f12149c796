"""The pictures of the explanation, drawn when the documentation is built.

The boundaries in them are learned by `coffea_lcf.fit` at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sphinx.application import Sphinx

import coffea_lcf as lcf
from coffea_lcf.plotting import to_svg
from coffea_lcf.plotting.boundary import draw_cut
from coffea_lcf.plotting.style import BACKGROUND, BACKGROUND_FILL, BOUNDARY, SIGNAL, page_style

EVENTS = 20_000
PEAKS = {
    "left": ([-2], [2]),
    "right": ([2], [-2]),
    "middle": ([0], [-5, 5]),
    "edge": ([-5, 5], [0]),
}
"""By case the places of the peaks of signal and background, all of width 2."""

STRATEGIES = {"parallel": ":", "sequential": "--", "joint": "-"}


def drawn(places: list[int], random: np.random.Generator) -> NDArray[np.float64]:
    """Return events of peaks at `places`."""
    return random.normal(random.choice(places, EVENTS), 2.0)


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function."""
    return 1.0 / (1.0 + np.exp(-x))


def neurons() -> Figure:
    """Draw the two neurons of a middle cut over the density that they learn from."""
    figure = Figure((5.2, 3.4), layout="constrained")
    axes = figure.add_subplot()
    x = np.linspace(-10, 10, 400)
    lower, upper = sigmoid(2.0 * (x + 3)), sigmoid(-2.0 * (x - 3))
    for score, half, name in ((lower, x <= 0, "lower neuron"), (upper, x >= 0, "upper neuron")):
        style = "-" if name.startswith("lower") else "--"
        axes.plot(x[half], score[half], color=SIGNAL, linestyle=style, label=name)
        axes.plot(x[~half], score[~half], color=SIGNAL, linestyle=style, alpha=0.25)
    axes.axhline(0.5, color=BOUNDARY, linewidth=0.8, linestyle=":")
    axes.annotate("threshold", (-9.8, 0.52), fontsize="small")
    axes.axvline(0, color=BOUNDARY, linewidth=0.8)
    axes.annotate("center", (0.2, 1.06), fontsize="small")
    for place, name, side in ((-3, "lower boundary", "right"), (3, "upper boundary", "left")):
        axes.plot(place, 0.5, "o", color=BOUNDARY)
        axes.annotate(name, (1.15 * place, 0.43), fontsize="small", ha=side, va="top")
    axes.set(xlabel="observable", ylabel="score", ylim=(-0.03, 1.15))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 0.1))
    return figure


def cases() -> Figure:
    """Draw the four cases with the boundaries that a fit finds for them."""
    figure = Figure((7.6, 5.0), layout="constrained")
    for axes, (case, places) in zip(figure.subplots(2, 2).flat, PEAKS.items(), strict=True):
        random = np.random.default_rng(1)
        signal, background = (drawn(one, random) for one in places)
        label = np.repeat([True, False], EVENTS)
        table = lcf.ObservableTable.from_arrays({"x": np.append(signal, background)}, label)
        (cut,) = lcf.fit(table, "parallel", seed=1).selection.cuts
        bins = np.linspace(-12, 12, 61)
        axes.hist(
            background, bins, color=BACKGROUND_FILL, edgecolor=BACKGROUND, histtype="stepfilled"
        )
        axes.hist(signal, bins, color=SIGNAL, histtype="step", linewidth=1.4)
        draw_cut(axes, cut)
        axes.set_title(case, pad=16)
        axes.set(yticks=[], xlabel="x")
    return figure


def strategies() -> Figure:
    """Draw the boxes of the strategies on two observables that tell nearly the same."""
    random = np.random.default_rng(3)
    label = np.repeat([True, False], EVENTS)
    center = np.where(label, -1.0, 1.0)
    common = random.normal(0.0, 1.0, 2 * EVENTS)
    x, y = (center + common + random.normal(0.0, 0.8, 2 * EVENTS) for _ in range(2))
    table = lcf.ObservableTable.from_arrays({"x": x, "y": y}, label)
    figure = Figure((5.2, 4.4), layout="constrained")
    axes = figure.add_subplot()
    for kind, colour, name in ((False, BACKGROUND, "background"), (True, SIGNAL, "signal")):
        rows = np.flatnonzero(label == kind)[:400]
        axes.scatter(x[rows], y[rows], s=4, color=colour, alpha=0.35, label=name)
    for name, line in STRATEGIES.items():
        result = lcf.fit(table, name, seed=1)
        ends = {cut.observable: cut.upper for cut in result.selection.cuts}
        right, top = (ends.get(one) or 6.0 for one in ("x", "y"))
        accuracy = result.metrics["accuracy"]
        axes.plot(
            [-6, right, right], [top, top, -6], line, color=BOUNDARY, label=f"{name} {accuracy:.3f}"
        )
    axes.set(xlabel="x", ylabel="y", xlim=(-6, 6), ylim=(-6, 6))
    axes.legend(loc="lower right", title="accuracy of the box", markerscale=3)
    return figure


PICTURES: dict[str, Callable[[], Figure]] = {
    "neurons": neurons,
    "cases": cases,
    "strategies": strategies,
}


def draw_all(app: Sphinx) -> None:
    """Write all pictures into the folder ``pictures`` of the sources."""
    folder = Path(app.srcdir) / "pictures"
    folder.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        with page_style():
            picture = draw()
        (folder / f"{name}.svg").write_text(to_svg(picture), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Draw before the pages are read."""
    app.connect("builder-inited", draw_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
