"""What is computed from the branches of an event."""

from coffea_lcf.observables.branches import read_branch
from coffea_lcf.observables.observable import Level, Observable, same

__all__ = ["Level", "Observable", "read_branch", "same"]
