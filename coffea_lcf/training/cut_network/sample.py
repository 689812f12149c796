"""What the cuts of a skim see, and what the network behind them sees, row by row."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import FitError
from coffea_lcf.table import ObservableTable, held_out
from coffea_lcf.training.prepare import DroppedEventsWarning


@dataclass(frozen=True, eq=False)
class SkimSample:
    """Events of a skim.

    Attributes
    ----------
    table
        Observables, which the cuts see.
    cloud
        Constituents of the same rows, which the network sees; None if it sees the observables.
    """

    table: ObservableTable
    cloud: ParticleCloud | None = None

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.table)

    def select(self, rows: NDArray[np.bool_]) -> SkimSample:
        """Return the events of a mask ``(N,)``."""
        cloud = None if self.cloud is None else self.cloud.select(rows)
        return SkimSample(self.table.select(rows), cloud)

    def split(self, fraction: float, seed: int) -> tuple[SkimSample, SkimSample]:
        """Split at random as `ObservableTable.split` does, with the same rows for a seed."""
        second = held_out(self.table.label, fraction, seed)
        return self.select(~second), self.select(second)

    def reduced(self, usable: ObservableTable) -> SkimSample:
        """Return the events of `usable`, the table as `prepare.usable` leaves it."""
        if self.cloud is None or usable is self.table:
            return SkimSample(usable, self.cloud)
        return SkimSample(usable, self.cloud.select(self.table.finite()))


def seen_sample(table: ObservableTable, cloud: ParticleCloud | None) -> SkimSample:
    """Return the events that the network can see, with a warning for the others.

    Raises
    ------
    FitError
        If `cloud` has another length than `table`.
    """
    sample = SkimSample(table, cloud)
    if cloud is None:
        return sample
    check_lengths(table, cloud)
    usable = cloud.usable()
    if usable.all():
        return sample
    message = f"{np.count_nonzero(~usable)} of {len(usable)} jets have no constituents or momenta "
    message += "that are not finite; they are left out of the fit and get no score"
    warnings.warn(message, DroppedEventsWarning, stacklevel=3)
    return sample.select(usable)


def check_lengths(table: ObservableTable, cloud: ParticleCloud) -> None:
    """Raise `FitError` unless `cloud` has one jet for each row of `table`."""
    if len(cloud) != len(table):
        msg = f"constituents of {len(cloud)} jets, but observables of {len(table)} events: "
        msg += "both need the same rows"
        raise FitError(msg)
