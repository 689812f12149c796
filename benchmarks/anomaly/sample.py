"""The jets of a benchmark run and how often networks are trained on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.anomaly.jets import Jets, read

WINDOWS = {"top": (140.0, 210.0), "w": (65.0, 105.0), "z": (75.0, 115.0)}
"""Jet masses in GeV around each signal."""


@dataclass(frozen=True, eq=False)
class Search:
    """The jets that a score has to tell apart.

    Attributes
    ----------
    name
        Of the signal.
    background, signal
        The jets.
    window
        Range of jet masses in GeV around the signal.
    """

    name: str
    background: Jets
    signal: Jets
    window: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Sample:
    """QCD jets to train on, what to search for among others, and the effort.

    Attributes
    ----------
    train
        QCD jets that no search has.
    searches
        One a signal, the top quark first.
    seeds
        Trainings of each network.
    epochs
        Passes of each training over `train`.
    """

    train: Jets
    searches: tuple[Search, ...]
    seeds: int
    epochs: int

    def first(self, share: float) -> Sample:
        """Return the sample with a share of the training jets and about as many steps."""
        count = round(share * len(self.train))
        return replace(self, train=self.train[:count], epochs=round(self.epochs / share))


def load(data: Path, train: int, test: int, seeds: int, epochs: int) -> Sample:
    """Return the sample in the folder `data`: qcd.root, and those of the signals that exist."""
    qcd = read(data / "qcd.root")
    searches = tuple(
        Search(name, qcd[train : train + test], read(path)[:test], window)
        for name, window in WINDOWS.items()
        if (path := data / f"{name}.root").exists()
    )
    return Sample(qcd[:train], searches, seeds, epochs)
