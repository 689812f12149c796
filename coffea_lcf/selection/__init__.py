"""Hard cuts and their exports; the currency of everything downstream of a fit."""

from coffea_lcf.selection.cut import CASES, Case, Cut
from coffea_lcf.selection.selection import Selection

__all__ = ["CASES", "Case", "Cut", "Selection"]
