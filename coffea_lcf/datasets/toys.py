"""The toys on which a cut and a network were first trained together.

References
----------
G. Watts, "Differentiable programming: neural networks and selection cuts working together",
EPJ Web Conf. 295 (2024) 09011.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.datasets.mock import write_tree
from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.table import ObservableTable

TOYS = ("toy_1d", "toy_2d")
"""The toys by name."""

SIGNAL_MEAN = (1.5, 2.0)
SIGNAL_COVARIANCE = ((0.5, 0.2), (0.2, 0.5))
BACKGROUND_WIDTH = 3.0


def draw(name: str, events: int = 10_000, seed: int = 0) -> ObservableTable:
    """Draw the toy `name`.

    Parameters
    ----------
    name
        ``toy_1d`` or ``toy_2d``.
    events
        Events of each class, at least one; as many as in the paper by default.
    seed
        Seed of the events.

    Raises
    ------
    ConfigError
        For an unknown toy, or no events.
    """
    if name not in TOYS:
        msg = f"unknown toy {name!r}\n  nearest    {nearest(name, TOYS)}"
        raise ConfigError(msg)
    if events < 1:
        msg = f"events = {events}: at least one of each class is needed"
        raise ConfigError(msg)
    random = np.random.default_rng(seed)
    return toy_1d(events, random) if name == "toy_1d" else toy_2d(events, random)


def write(name: str, folder: str | Path, events: int = 10_000, seed: int = 0) -> tuple[Path, ...]:
    """Draw the toy `name` and write ``signal.root`` and ``background.root`` into `folder`.

    They hold a tree ``Events`` with one float32 branch an observable.

    Returns
    -------
    tuple of Path
        The files, in this order.

    Raises
    ------
    ConfigError
        As `draw`.
    OutputError
        If a file cannot be written.
    """
    table = draw(name, events, seed)
    signal, background = (Path(folder) / f"{role}.root" for role in ("signal", "background"))
    write_tree(signal, table.select(table.label))
    write_tree(background, table.select(~table.label))
    return signal, background


def toy_1d(events: int, random: np.random.Generator) -> ObservableTable:
    """Return signal N(5, 1) and background N(0, 4), whose widths are 1 and 4, in ``x``."""
    signal, background = random.normal(5.0, 1.0, events), random.normal(0.0, 4.0, events)
    return ObservableTable.from_arrays({"x": np.concatenate([signal, background])}, _labels(events))


def toy_2d(events: int, random: np.random.Generator) -> ObservableTable:
    """Return a narrow correlated signal on a wide round background, in ``x1`` and ``x2``."""
    signal = random.multivariate_normal(SIGNAL_MEAN, SIGNAL_COVARIANCE, events)
    background = random.normal(0.0, BACKGROUND_WIDTH, (events, 2))
    values = np.concatenate([signal, background])
    columns = {f"x{index}": column for index, column in enumerate(values.T, 1)}
    return ObservableTable.from_arrays(columns, _labels(events))


def _labels(events: int) -> NDArray[np.int_]:
    """Return 1 for signal, which comes first, and 0 for background."""
    return np.repeat([1, 0], events)
