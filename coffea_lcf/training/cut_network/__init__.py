"""A skim and the network behind it, trained together under a budget."""

from coffea_lcf.training.cut_network.budget import (
    BackgroundEvents,
    BackgroundFraction,
    Budget,
    Bytes,
    SignalEfficiency,
)
from coffea_lcf.training.cut_network.fit import NoBudgetWarning, fit_skim
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.cut_network.result import SkimFit, SkimScorer

__all__ = [
    "BackgroundEvents",
    "BackgroundFraction",
    "Budget",
    "Bytes",
    "NoBudgetWarning",
    "SignalEfficiency",
    "SkimFit",
    "SkimRecipe",
    "SkimScorer",
    "fit_skim",
]
