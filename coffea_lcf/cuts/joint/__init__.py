"""The joint cut strategy: all cuts of a selection optimised for its final decision."""

from coffea_lcf.cuts.joint.box import BoxCuts, Events
from coffea_lcf.cuts.joint.optimisation import optimise
from coffea_lcf.cuts.joint.polishing import polish
from coffea_lcf.cuts.joint.replicas import replicas
from coffea_lcf.cuts.joint.systematics import withstand

__all__ = ["BoxCuts", "Events", "optimise", "polish", "replicas", "withstand"]
