"""The six mock sets on which the learnable cut flow was first measured.

Normal peaks of width 2 whose best cuts are known by hand. The numbers drawn here are
those behind the published figures, event by event.

References
----------
Li and Sun, "Learnable cut flow for high energy physics", arXiv:2503.22498.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import uproot
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.table import ObservableTable
from coffea_lcf.writing import written_beside

WIDTH = 2.0

PEAKS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "x1": ((-2.0,), (2.0,)),
    "x2": ((2.0,), (-2.0,)),
    "x3": ((0.0,), (-5.0, 5.0)),
    "x4": ((-5.0, 5.0), (0.0,)),
    "x5": ((-1.0,), (1.0,)),
    "x6": ((-3.0,), (3.0,)),
    "x7": ((-5.0,), (-5.0,)),
    "x8": ((5.0,), (5.0,)),
}
"""Means of the peaks of signal and of background."""

CORRELATED = {"x9": 0.9, "x10": 0.7}
"""Slopes of the observables that are ``slope * x1`` plus a standard normal."""

OBSERVABLES: dict[str, tuple[str, ...]] = {
    "mock1": ("x1", "x2", "x3", "x4"),
    "mock2": ("x1", "x5", "x6"),
    "mock3": ("x1", "x7", "x8"),
    "mock4": ("x1", "x9", "x10"),
    "mock5": ("x1", "x2", "x3", "x4", "x5", "x7", "x9"),
    "mock6": ("x1", "x2", "x7", "x3", "x5", "x4", "x9"),
}
"""The sets: mock2 differs in separation, mock3 has noise, mock4 correlation, mock5 and 6 all."""

CENTERS = {
    "x1": -2.0,
    "x2": 2.0,
    "x3": 0.0,
    "x4": 0.0,
    "x5": -1.0,
    "x6": -3.0,
    "x7": -5.0,
    "x8": 5.0,
    "x9": -1.8,
    "x10": -1.4,
}
"""The paper's centers."""


@dataclass(frozen=True)
class MockSet:
    """A mock set, split at random into two halves.

    Attributes
    ----------
    name
        ``mock1`` to ``mock6``.
    train, test
        The halves; their observables are in the order in which they are cut.
    """

    name: str
    train: ObservableTable
    test: ObservableTable

    @property
    def centers(self) -> dict[str, float]:
        """The paper's center of each observable."""
        return {name: CENTERS[name] for name in self.train.names}


def draw(name: str, events: int = 100_000, seed: int = 42) -> MockSet:
    """Draw the mock set `name`.

    Parameters
    ----------
    name
        ``mock1`` to ``mock6``.
    events
        Events of each class, even: half of them are for testing.
    seed
        Seed of the events and of the split. The defaults give the events of the paper.

    Raises
    ------
    ConfigError
        For an unknown set, or a number of events that is odd or not positive.
    """
    if name not in OBSERVABLES:
        msg = f"unknown mock set {name!r}\n  nearest    {nearest(name, OBSERVABLES)}"
        raise ConfigError(msg)
    if events < 2 or events % 2:
        msg = f"events = {events}: an even number is needed, half of each class in either peak"
        raise ConfigError(msg)
    names = OBSERVABLES[name]
    columns = _columns(names, events, seed)
    values = np.stack([columns[one] for one in names], axis=1).astype(np.float32)
    label = np.repeat([1, 0], events)
    x_train, x_test, y_train, y_test = train_test_split(
        values, label, test_size=0.5, random_state=seed
    )
    return MockSet(
        name,
        ObservableTable.from_arrays(dict(zip(names, x_train.T, strict=True)), y_train),
        ObservableTable.from_arrays(dict(zip(names, x_test.T, strict=True)), y_test),
    )


def write(name: str, folder: str | Path, events: int = 100_000, seed: int = 42) -> tuple[Path, ...]:
    """Draw the mock set `name` and write it as four ROOT files into `folder`.

    ``signal_train.root``, ``background_train.root``, ``signal_test.root`` and
    ``background_test.root`` hold a tree ``Events`` with one float32 branch an observable.

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
    drawn = draw(name, events, seed)
    written = []
    for sample, table in (("train", drawn.train), ("test", drawn.test)):
        for role, rows in (("signal", table.label), ("background", ~table.label)):
            path = Path(folder) / f"{role}_{sample}.root"
            write_tree(path, table.select(rows))
            written.append(path)
    return tuple(written)


def _columns(names: tuple[str, ...], events: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Return the observables, signal before background, drawn in the order of their numbers."""
    # the legacy generator, because the published figures were drawn with it
    random = np.random.RandomState(seed)
    drawn: dict[str, tuple[NDArray[np.float64], ...]] = {}
    for name in sorted(names, key=lambda name: int(name.removeprefix("x"))):
        if name in CORRELATED:
            drawn[name] = tuple(
                CORRELATED[name] * x1 + random.normal(0.0, 1.0, events) for x1 in drawn["x1"]
            )
        else:
            drawn[name] = tuple(_peaks(means, events, random) for means in PEAKS[name])
    return {name: np.concatenate(classes) for name, classes in drawn.items()}


def _peaks(
    means: tuple[float, ...], events: int, random: np.random.RandomState
) -> NDArray[np.float64]:
    shares = [random.normal(mean, WIDTH, events // len(means)) for mean in means]
    return np.concatenate(shares)


def write_tree(path: Path, table: ObservableTable) -> None:
    """Write the columns of `table` as the tree ``Events`` of the ROOT file `path`."""
    with written_beside(path) as part, uproot.recreate(part) as file:
        types = {name: column.dtype for name, column in table.columns.items()}
        file.mktree("Events", types).extend(dict(table.columns))
