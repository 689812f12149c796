"""What several tests share: small tables, two-class samples, the paper's mock sets."""

from __future__ import annotations

import os

# before the libraries that read it: threads of processes that run side by side would wait for each
# other's cores, which takes twice as long
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings
from sklearn.model_selection import train_test_split

from coffea_lcf.table import ObservableTable

settings.register_profile("coffea_lcf", deadline=None)
settings.load_profile("coffea_lcf")

PEAKS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "x1": ((-2,), (2,)),
    "x2": ((2,), (-2,)),
    "x3": ((0,), (-5, 5)),
    "x4": ((-5, 5), (0,)),
    "x5": ((-1,), (1,)),
    "x6": ((-3,), (3,)),
    "x7": ((-5,), (-5,)),
    "x8": ((5,), (5,)),
}
"""Means of the normal peaks (width 2) of signal and background, arXiv:2503.22498."""

CORRELATED = {"x9": 0.9, "x10": 0.7}
"""Slope of the observables that are ``slope * x1 + N(0, 1)``."""


@pytest.fixture
def table() -> ObservableTable:
    """Four events, two observables, one negative weight."""
    return ObservableTable.from_arrays(
        {"mass": [80.0, 91.0, 20.0, 30.0], "tau21": [0.2, 0.3, 0.6, 0.9]},
        label=[1, 1, 0, 0],
        weight=[1.0, 2.0, -0.5, 1.5],
        units={"mass": "GeV"},
    )


@pytest.fixture(scope="session")
def two_classes() -> ObservableTable:
    """4000 events: ``peak`` is a signal window, ``shift`` a shift, ``noise`` nothing."""
    random = np.random.default_rng(5)
    label = np.arange(4000) % 2 == 0
    wide = np.where(random.random(4000) < 0.5, -5.0, 5.0)
    return ObservableTable.from_arrays(
        {
            "peak": random.normal(np.where(label, 0.0, wide), 2.0),
            "shift": random.normal(np.where(label, -1.0, 1.0), 1.0),
            "noise": random.normal(0.0, 1.0, 4000),
        },
        label,
    )


@pytest.fixture(scope="session")
def mock_set() -> Callable[..., tuple[ObservableTable, ObservableTable]]:
    """Return the generator of the paper's mock sets, as training and test half."""
    return _mock_set


def _mock_set(names: list[str], rows: int = 100_000) -> tuple[ObservableTable, ObservableTable]:
    """Return both halves of a mock set with `rows` events of each class."""
    # the legacy generator, because the published numbers were drawn with it
    random = np.random.RandomState(42)
    drawn: dict[str, list[np.ndarray]] = {}
    for name in sorted(names, key=lambda name: int(name[1:])):
        drawn[name] = [_draw(name, side, drawn, random, rows) for side in (0, 1)]
    values = np.stack([np.concatenate(drawn[name]) for name in names], axis=1)
    label = np.repeat([1, 0], rows)
    halves = train_test_split(values.astype(np.float32), label, test_size=0.5, random_state=42)
    x_train, x_test, y_train, y_test = halves
    return (
        ObservableTable.from_arrays(dict(zip(names, x_train.T, strict=True)), y_train),
        ObservableTable.from_arrays(dict(zip(names, x_test.T, strict=True)), y_test),
    )


def _draw(name, side, drawn, random, rows):
    if name in CORRELATED:
        return CORRELATED[name] * drawn["x1"][side] + random.normal(0.0, 1.0, rows)
    peaks = PEAKS[name][side]
    return np.concatenate([random.normal(mean, 2.0, rows // len(peaks)) for mean in peaks])
