"""Learn selection cuts from ROOT ntuples: readable hard cuts, cut-flow tables and skims.

>>> import coffea_lcf as lcf
>>> cut = lcf.Cut("mass", "middle", lower=60.0, upper=100.0, unit="GeV")
>>> print(lcf.Selection((cut,)))
Selection of 1 cut
  1. 60 < mass < 100 GeV
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coffea_lcf.cuts.objectives import Accuracy as Accuracy
    from coffea_lcf.cuts.objectives import Asimov as Asimov
    from coffea_lcf.cuts.objectives import BackgroundRejection as BackgroundRejection
    from coffea_lcf.cuts.objectives import Punzi as Punzi
    from coffea_lcf.cuts.objectives import SOverSqrtB as SOverSqrtB
    from coffea_lcf.cuts.strategies import Joint as Joint
    from coffea_lcf.cuts.strategies import Parallel as Parallel
    from coffea_lcf.cuts.strategies import Sequential as Sequential
    from coffea_lcf.errors import LCFError as LCFError
    from coffea_lcf.result import FitResult as FitResult
    from coffea_lcf.selection import Cut as Cut
    from coffea_lcf.selection import Selection as Selection
    from coffea_lcf.table import ObservableTable as ObservableTable
    from coffea_lcf.training.cut_network import BackgroundEvents as BackgroundEvents
    from coffea_lcf.training.cut_network import BackgroundFraction as BackgroundFraction
    from coffea_lcf.training.cut_network import Bytes as Bytes
    from coffea_lcf.training.cut_network import SignalEfficiency as SignalEfficiency
    from coffea_lcf.training.cut_network import fit_skim as fit_skim
    from coffea_lcf.training.fit import fit as fit
    from coffea_lcf.training.recipe import Recipe as Recipe
    from coffea_lcf.training.streaming import fit_stream as fit_stream

__version__ = "0.1.0"

_HOMES = {
    "Accuracy": "coffea_lcf.cuts.objectives",
    "Asimov": "coffea_lcf.cuts.objectives",
    "BackgroundEvents": "coffea_lcf.training.cut_network",
    "BackgroundFraction": "coffea_lcf.training.cut_network",
    "BackgroundRejection": "coffea_lcf.cuts.objectives",
    "Bytes": "coffea_lcf.training.cut_network",
    "Cut": "coffea_lcf.selection",
    "FitResult": "coffea_lcf.result",
    "Joint": "coffea_lcf.cuts.strategies",
    "LCFError": "coffea_lcf.errors",
    "ObservableTable": "coffea_lcf.table",
    "Parallel": "coffea_lcf.cuts.strategies",
    "Punzi": "coffea_lcf.cuts.objectives",
    "Recipe": "coffea_lcf.training.recipe",
    "SOverSqrtB": "coffea_lcf.cuts.objectives",
    "Selection": "coffea_lcf.selection",
    "Sequential": "coffea_lcf.cuts.strategies",
    "SignalEfficiency": "coffea_lcf.training.cut_network",
    "fit": "coffea_lcf.training.fit",
    "fit_skim": "coffea_lcf.training.cut_network",
    "fit_stream": "coffea_lcf.training.streaming",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    """Import a public name on first use: cut-flow workers never pay for torch."""
    if name not in _HOMES:
        msg = f"module 'coffea_lcf' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
