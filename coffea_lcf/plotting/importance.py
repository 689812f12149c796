"""Learned importance of the observables, with its spread over repeats."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from coffea_lcf.plotting import style


def importance(values: Mapping[str, float], spread: Mapping[str, float]) -> Figure:
    """Return a bar an observable, the most important on top.

    A dotted line marks the equal share, with which the training of parallel and sequential cuts
    starts.

    Parameters
    ----------
    values
        Importance in [0, 1] by observable; sums to one.
    spread
        Standard deviation over repeats, by observable; missing ones have no bar.
    """
    names = sorted(values, key=lambda name: values[name])
    shares = np.array([values[name] for name in names])
    errors = np.array([spread.get(name, 0.0) for name in names])
    with style.page_style():
        figure = style.new_figure(width=5.2, height=1.1 + 0.34 * len(names))
        axes = figure.add_subplot(xlabel="importance")
        axes.barh(names, shares, height=0.62, color=style.BACKGROUND_FILL, ec=style.BACKGROUND)
        some = errors > 0
        if some.any():
            axes.errorbar(
                shares[some],
                np.flatnonzero(some),
                xerr=errors[some],
                fmt="none",
                ecolor=style.BOUNDARY,
                capsize=3,
                label="spread over repeats",
            )
        for row, (share, error) in enumerate(zip(shares, errors, strict=True)):
            axes.annotate(
                f"{share:.3f}",
                (share + error, row),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize="small",
            )
        if names:
            axes.axvline(1 / len(names), color=style.MUTED, ls=":", label="equal share")
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        axes.set_xlim(0.0, 1.2 * max((shares + errors).max(initial=0.0), 0.01))
        axes.tick_params(axis="y", which="both", left=False, right=False)
    return figure
