"""What is computed from the branches of an event."""

from coffea_lcf.observables.branches import read_branch
from coffea_lcf.observables.observable import Level, Observable, same
from coffea_lcf.observables.order import in_order

__all__ = ["Level", "Observable", "in_order", "read_branch", "same"]
