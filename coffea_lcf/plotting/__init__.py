"""Figures of plain data: histograms, cuts and arrays in, a matplotlib Figure out.

Every function returns a `matplotlib.figure.Figure` of its own; nothing touches
pyplot, so that plots can be drawn in threads and on machines without a display.
"""

from coffea_lcf.plotting.activation import activation
from coffea_lcf.plotting.constituents import constituents
from coffea_lcf.plotting.correlation import correlation
from coffea_lcf.plotting.efficiency import efficiencies
from coffea_lcf.plotting.epochs import epochs
from coffea_lcf.plotting.history import history
from coffea_lcf.plotting.importance import importance
from coffea_lcf.plotting.latent import latent
from coffea_lcf.plotting.observable import shapes, yields
from coffea_lcf.plotting.roc import roc
from coffea_lcf.plotting.stability import boundaries
from coffea_lcf.plotting.style import to_svg
from coffea_lcf.plotting.tradeoff import SizeAndPhysics, sizes
from coffea_lcf.plotting.worth import worth

__all__ = [
    "SizeAndPhysics",
    "activation",
    "boundaries",
    "constituents",
    "correlation",
    "efficiencies",
    "epochs",
    "history",
    "importance",
    "latent",
    "roc",
    "shapes",
    "sizes",
    "to_svg",
    "worth",
    "yields",
]
