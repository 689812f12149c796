"""Physics against the size of a skim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from coffea_lcf.plotting import style

COLORS = (style.SIGNAL, style.BACKGROUND, style.KEPT)
MARKERS = "osD"


@dataclass(frozen=True)
class SizeAndPhysics:
    """One skim: the share of background that it keeps, a figure and its band."""

    size: float
    value: float
    low: float
    high: float


def sizes(
    curves: Mapping[str, Sequence[SizeAndPhysics]],
    no_skim: SizeAndPhysics,
    proposed: float | None = None,
    ylabel: str = "background rejection at $ε_s$ = 50 %",
) -> Figure:
    """Return the figure of each skim against the share of the background that it keeps.

    Parameters
    ----------
    curves
        Skims by how they were made.
    no_skim
        The figure on all events, drawn as a band across.
    proposed
        Size at which a vertical line stands.
    ylabel
        What the figure is.
    """
    with style.page_style():
        figure = style.new_figure(width=5.6, height=4.0)
        axes = figure.add_subplot(xlabel="background kept by the skim [%]", ylabel=ylabel)
        axes.set_xscale("log")
        top, beyond = _ends([no_skim, *(one for skims in curves.values() for one in skims)])
        axes.axhspan(
            no_skim.low, min(no_skim.high, beyond), color=style.BACKGROUND_FILL, linewidth=0
        )
        axes.axhline(no_skim.value, color=style.MUTED, linestyle="--", label="no skim")
        for shift, ((label, skims), color, marker) in enumerate(
            zip(curves.items(), COLORS, MARKERS, strict=False)
        ):
            value = np.array([one.value for one in skims])
            below = value - np.array([one.low for one in skims])
            above = np.array([min(one.high, beyond) for one in skims]) - value
            axes.errorbar(
                # beside each other, so that bars of equal size do not hide one another
                np.array([100.0 * one.size * 1.02**shift for one in skims]),
                value,
                yerr=np.clip([below, above], 0.0, None),
                fmt=f"{marker}-",
                color=color,
                markersize=5,
                capsize=2,
                label=label,
            )
        if proposed is not None:
            axes.axvline(100.0 * proposed, color=style.BOUNDARY, linestyle=":", label="proposed")
        # the sizes themselves, where decades would say nothing
        marked = sorted({100.0 * one.size for skims in list(curves.values())[:1] for one in skims})
        axes.set_xticks(marked, [f"{size:.2g}" for size in marked])
        axes.set_xticks([], minor=True)
        if np.isfinite(beyond):
            axes.set_ylim(top=top)
        # above, because skims that all do well would lie behind it
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    return figure


def _ends(skims: Sequence[SizeAndPhysics]) -> tuple[float, float]:
    """Return how far up is shown, and what stands beyond for bars that have no end.

    Of few events a rejection can be anything: such a bar leaves the picture. Without one,
    the limits are left to matplotlib.
    """
    numbers = np.array([end for one in skims for end in (one.value, one.high)])
    known = numbers[np.isfinite(numbers)]
    if len(known) in (0, len(numbers)):
        return float("inf"), float("inf")
    return 1.1 * float(known.max()), 2.0 * float(known.max())
