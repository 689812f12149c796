"""One look for all figures: the field's ticks, colours that survive print and colour blindness."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import mplhep
from matplotlib.figure import Figure

# blue and vermilion of Okabe and Ito differ in every kind of colour blindness; signal is
# always a line and background an area or a dashed line, so that they differ in grey too
SIGNAL = "#D55E00"
BACKGROUND = "#0072B2"
BACKGROUND_FILL = "#BBD9EC"
KEPT = "#009E73"
BOUNDARY = "#222222"
MUTED = "#6B6B6B"

# the style of the experiments is made for ten-inch slides; this is the size of a page
_PAGE: dict[Any, Any] = {
    # by name, because generic families and that style's math fonts are looked up when a
    # figure is saved, perhaps long after this style has ended
    "font.family": ["TeX Gyre Heros", "DejaVu Sans"],
    "mathtext.fontset": "stixsans",
    "font.size": 11.0,
    "axes.titlesize": 11.0,
    "axes.titlelocation": "left",
    "axes.linewidth": 1.0,
    "xtick.major.size": 5.0,
    "xtick.minor.size": 2.5,
    "xtick.major.pad": 4.0,
    "ytick.major.size": 5.0,
    "ytick.minor.size": 2.5,
    # half of the size of a picture and of the time to draw it is minor ticks
    "xtick.minor.top": False,
    "ytick.minor.right": False,
    "legend.fontsize": 9.5,
    "legend.frameon": True,
    "legend.edgecolor": "none",
    "legend.framealpha": 0.85,
    # glyphs as paths look alike everywhere; the salt makes equal figures equal files
    "svg.fonttype": "path",
    "svg.hashsalt": "coffea-lcf",
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


@contextmanager
def page_style() -> Iterator[None]:
    """Draw what is inside in the style of the report."""
    with mpl.rc_context({**mplhep.style.ROOT, **_PAGE}):
        yield


def new_figure(width: float = 5.2, height: float = 3.7) -> Figure:
    """Return an empty figure of that size in inches, laid out so that nothing is cut off."""
    return Figure(figsize=(width, height), layout="constrained")


def to_svg(figure: Figure) -> str:
    """Return `figure` as SVG, the same text for the same figure on every run."""
    text = io.StringIO()
    with page_style():
        figure.savefig(text, format="svg", metadata=_NO_METADATA)
    return text.getvalue()
