"""Writing the events that pass a selection."""

from coffea_lcf.skimming.skim import SkimFile, WriteSkim, fileset

__all__ = ["SkimFile", "WriteSkim", "fileset"]
