"""Cut-flow histograms, their tables and files."""

from coffea_lcf.cutflow.cutflow import ALL_EVENTS, KINDS, Cutflow, count, empty
from coffea_lcf.cutflow.normalisation import Normalisation
from coffea_lcf.cutflow.observables import Binning, fill

__all__ = ["ALL_EVENTS", "KINDS", "Binning", "Cutflow", "Normalisation", "count", "empty", "fill"]
