"""Reader of the public W-jet and QCD-jet observables of arXiv:1603.09349.

References
----------
Baldi, Bauer, Eng, Sadowski and Whiteson, "Jet substructure classification in high-energy
physics with deep neural networks", arXiv:1603.09349.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from coffea_lcf.datasets.hdf5 import opened, stored
from coffea_lcf.errors import FilesetError, TableError
from coffea_lcf.table import ObservableTable

OBSERVABLES = ("M", "C2_b1", "C2_b2", "D2_b1", "D2_b2", "tau21")
"""Columns of ``features``: trimmed mass, C2 and D2 for β = 1 and 2, τ21 for β = 1."""

UNITS = {"M": "GeV"}

WINDOW = (0.05, 0.95)
"""Quantiles between which the paper keeps each observable."""


def read(path: str | Path, start: int = 0, stop: int | None = None) -> ObservableTable:
    """Read the jets of a high-level file such as ``test_no_pile_5000000.h5``.

    Parameters
    ----------
    path
        HDF5 file with ``features`` ``(N, 6)`` and ``targets`` ``(N, 1)``, 1 for W jets.
    start, stop
        Range of jets; all by default.

    Returns
    -------
    ObservableTable
        The columns `OBSERVABLES`, masses in GeV.

    Raises
    ------
    MissingExtraError
        If h5py is not installed.
    FilesetError
        If the file is missing, no HDF5 file, or has other content.
    """
    with opened(path, "the public jets of arXiv:1603.09349") as file:
        features = _dataset(file, "features", len(OBSERVABLES))[start:stop]
        targets = _dataset(file, "targets", 1)[start:stop]
    columns = dict(zip(OBSERVABLES, features.T, strict=True))
    return ObservableTable.from_arrays(columns, targets[:, 0], units=UNITS)


def _dataset(file: Any, name: str, columns: int) -> Any:
    """Return the dataset `name` of an open HDF5 file, checked but not yet read."""
    found = stored(file, name)
    if len(found.shape) != 2 or found.shape[1] != columns:
        msg = f"{name} in {file.filename} has shape {found.shape}, not (N, {columns}): take the "
        msg += "file of high-level observables, without pile-up"
        raise FilesetError(msg)
    return found


def paper_halves(
    jets: ObservableTable, events: int = 200_000, seed: int = 42
) -> tuple[ObservableTable, ObservableTable]:
    """Draw training and test jets as in arXiv:2503.22498.

    `events` jets drawn with replacement, split in two halves at random, and each
    half cut to its own 5-95 % window of every observable. The paper is left with
    75 549 and 75 436 jets.

    Raises
    ------
    TableError
        If there are no jets, or fewer than two are asked for.
    """
    if not len(jets) or events < 2:
        msg = f"cannot draw {events} of {len(jets)} jets: at least 2 of at least 1 are needed"
        raise TableError(msg)
    # the legacy generator, as for the mock sets of the paper
    drawn = np.random.RandomState(seed).choice(len(jets), events)
    train, test = train_test_split(drawn, test_size=0.5, random_state=seed)
    return windowed(jets.select(train)), windowed(jets.select(test))


def windowed(jets: ObservableTable) -> ObservableTable:
    """Return the jets that lie within the 5-95 % window of each of their observables."""
    keep = np.ones(len(jets), dtype=np.bool_)
    for column in jets.columns.values():
        low, high = np.quantile(column, WINDOW)
        keep &= (column >= low) & (column <= high)
    return jets.select(keep)
