"""The coffea executors that a configuration can name."""

from coffea_lcf.processing.executors.backend import Backend
from coffea_lcf.processing.executors.backends import BACKENDS

__all__ = ["BACKENDS", "Backend"]
