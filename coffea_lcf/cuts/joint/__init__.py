"""The joint cut strategy: all cuts of a selection optimised for its final decision."""

from coffea_lcf.cuts.joint.box import BoxCuts
from coffea_lcf.cuts.joint.optimisation import optimise
from coffea_lcf.cuts.joint.polishing import polish

__all__ = ["BoxCuts", "optimise", "polish"]
