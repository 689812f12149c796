"""Physics against the size of a skim, with references of equal size."""

from coffea_lcf.tradeoff.curve import tradeoff
from coffea_lcf.tradeoff.knee import Knee, knee
from coffea_lcf.tradeoff.measured import Measured
from coffea_lcf.tradeoff.physics import FIGURES, Contender, Yardstick
from coffea_lcf.tradeoff.result import Point, Tradeoff
from coffea_lcf.tradeoff.table import tradeoff_text

__all__ = [
    "FIGURES",
    "Contender",
    "Knee",
    "Measured",
    "Point",
    "Tradeoff",
    "Yardstick",
    "knee",
    "tradeoff",
    "tradeoff_text",
]
