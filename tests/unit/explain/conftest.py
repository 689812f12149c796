"""A cut flow with a twin and noise, as the acceptance figures of importances need it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from coffea_lcf.baselines import HistogramBoosting, Scorer
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class Case:
    """A table, cuts on it and trees that were fitted to other events of the same kind."""

    table: ObservableTable
    selection: Selection
    scorer: Scorer


@pytest.fixture(scope="session")
def twins() -> Case:
    """``mass`` leads, ``twin`` repeats it, ``shape`` helps, ``noise`` says nothing."""
    selection = Selection(
        (
            Cut("mass", "right", lower=0.0, importance=0.6, importance_spread=0.01),
            Cut("twin", "right", lower=0.0, importance=0.2, importance_spread=0.3),
            Cut("shape", "left", upper=1.0, importance=0.2),
        ),
        unused=("noise",),
    )
    return Case(_twins(2), selection, HistogramBoosting(trees=20).fit(_twins(1)))


def _twins(seed: int, rows: int = 4000) -> ObservableTable:
    random = np.random.default_rng(seed)
    label = np.arange(rows) % 2 == 0
    mass = random.normal(np.where(label, 1.0, -1.0), 1.0)
    return ObservableTable.from_arrays(
        {
            "mass": mass,
            "twin": mass + random.normal(0.0, 0.1, rows),
            "shape": random.normal(np.where(label, -0.4, 0.4), 1.0),
            "noise": random.normal(0.0, 1.0, rows),
        },
        label,
        units={"mass": "GeV"},
    )
