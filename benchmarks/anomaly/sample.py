"""The jets of a benchmark run and how often networks are trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.anomaly.published import ALL
from benchmarks.jets import Jets, read

WINDOWS = {"top": (140.0, 210.0), "W": (65.0, 105.0), "Z": (75.0, 115.0)}
"""Jet masses in GeV around each signal, whose file has its name in small letters."""

CONSTITUENTS = 80
"""Constituents of a jet that are read; the networks take the leading ones of them."""


@dataclass(frozen=True, eq=False)
class Search:
    """The jets that a score has to tell apart.

    Attributes
    ----------
    name
        Of the signal.
    background, signals
        The jets; of several signals each weighs as much as another.
    window
        Range of jet masses in GeV around the signal.
    """

    name: str
    background: Jets
    signals: tuple[Jets, ...]
    window: tuple[float, float]

    @property
    def kinds(self) -> tuple[Jets, ...]:
        """The background, then the signals."""
        return self.background, *self.signals


@dataclass(frozen=True, eq=False)
class Sample:
    """QCD jets to train on, what to search for among others, and the effort.

    Attributes
    ----------
    train
        QCD jets that no search has.
    searches
        One a signal, the top quark first, and one for all together if there are several.
    seeds
        Trainings of each network.
    epochs
        Passes of each training over `train`.
    batch
        Jets of a step of training.
    """

    train: Jets
    searches: tuple[Search, ...]
    seeds: int
    epochs: int
    batch: int

    def first(self, share: float) -> Sample:
        """Return the sample with a share of the training jets and about as many steps."""
        count = round(share * len(self.train))
        return replace(
            self, train=self.train.select(slice(count)), epochs=round(self.epochs / share)
        )


def load(data: Path, train: int, test: int, **effort: int) -> Sample:
    """Return the sample in the folder `data`: qcd.root, and those of the signals that exist.

    What `effort` has are the attributes of the sample with these names.
    """
    qcd = read(data / "qcd.root", train + test, CONSTITUENTS)
    background = qcd.select(slice(train, None))
    searches = [
        Search(name, background, (read(path, test, CONSTITUENTS),), window)
        for name, window in WINDOWS.items()
        if (path := data / f"{name.lower()}.root").exists()
    ]
    searches += _combined(background, searches)
    return Sample(qcd.select(slice(train)), tuple(searches), **effort)


def _combined(background: Jets, searches: Sequence[Search]) -> list[Search]:
    """Return the search for any of several signals, in a window around all of them."""
    if len(searches) < 2:
        return []
    low, high = np.transpose([search.window for search in searches])
    signals = tuple(signal for search in searches for signal in search.signals)
    return [Search(ALL, background, signals, (min(low), max(high)))]
