"""What one pass over a stream of events tells: sums, ranges and a random sample."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import FitError, TableError
from coffea_lcf.table import ObservableTable, concatenate
from coffea_lcf.training.prepare import DroppedEventsWarning


@dataclass(frozen=True, eq=False)
class Census:
    """Sums over the finite events of a stream, and some of those events.

    Attributes
    ----------
    sample
        As many random events of each class, or all that there are.
    stands
        Number of events that each of the sample stands for, ``(n,)``.
    events, weights
        Number of events and sum of weights of background and signal.
    limits
        Two rows: the least and the largest value of every observable.
    """

    sample: ObservableTable
    stands: NDArray[np.float64]
    events: tuple[float, float]
    weights: tuple[float, float]
    limits: ObservableTable


@dataclass(frozen=True, eq=False)
class _Reservoir:
    """The rows of one class with the smallest of the random keys that all its events drew."""

    keys: NDArray[np.float64]
    rows: ObservableTable


def take_census(
    tables: Iterable[ObservableTable], size: int, random: np.random.Generator
) -> Census:
    """Return the census of `tables`, each of which is let go before the next is asked for.

    Parameters
    ----------
    tables
        Parts of the events, all with the same observables in the same order.
    size
        Events of the sample, half of them of each class.
    random
        Draws the sample.

    Raises
    ------
    FitError
        If signal or background has no finite event.
    TableError
        If the observables of a part are others than those of the first.
    """
    counts, dropped = np.zeros((2, 2)), 0
    limits: ObservableTable | None = None
    kept: tuple[_Reservoir, ...] = ()

    def add(table: ObservableTable) -> None:
        nonlocal counts, dropped, limits, kept
        finite = finite_rows(table)
        dropped += len(table) - len(finite)
        if not len(finite):
            return
        limits = _limits(finite, finite if limits is None else limits)
        counts += [
            np.bincount(finite.label, weight, minlength=2) for weight in (None, finite.weight)
        ]
        kept = kept or tuple(_Reservoir(np.empty(0), finite.select(slice(0))) for _ in range(2))
        kept = tuple(
            _with_more(one, finite, np.flatnonzero(finite.label == of), size // 2, random)
            for of, one in enumerate(kept)
        )

    # unlike a loop, a map holds no part while the next is made
    for _ in map(add, tables):
        pass
    if limits is None or not counts[0].all():
        name = "signal" if counts[0, 0] else "background"
        msg = f"no {name} among the {counts[0].sum():.0f} usable events of the stream: "
        msg += "a fit needs both labels"
        raise FitError(msg)
    _warn(dropped, dropped + int(counts[0].sum()))
    lengths = [len(one.rows) for one in kept]
    return Census(
        sample=concatenate([one.rows for one in kept]),
        stands=np.repeat(counts[0] / lengths, lengths),
        events=(float(counts[0, 0]), float(counts[0, 1])),
        weights=(float(counts[1, 0]), float(counts[1, 1])),
        limits=limits,
    )


def finite_rows(table: ObservableTable) -> ObservableTable:
    """Return the rows of `table` that are finite in every observable."""
    keep = table.finite()
    return table if keep.all() else table.select(keep)


def _with_more(
    reservoir: _Reservoir,
    table: ObservableTable,
    rows: NDArray[np.intp],
    size: int,
    random: np.random.Generator,
) -> _Reservoir:
    """Return the `size` rows with the smallest keys among `reservoir` and `rows` of `table`."""
    keys = random.random(len(rows))
    if len(reservoir.keys) >= size:
        small = keys < reservoir.keys.max()
        keys, rows = keys[small], rows[small]
    keys = np.concatenate([reservoir.keys, keys])
    joined = concatenate([reservoir.rows, table.select(rows)])
    if len(keys) <= size:
        return _Reservoir(keys, joined)
    first = np.argpartition(keys, size - 1)[:size]
    return _Reservoir(keys[first], joined.select(first))


def _limits(table: ObservableTable, known: ObservableTable) -> ObservableTable:
    """Return two rows: least and largest of every observable in `table` and `known`."""
    if table.names != known.names:
        msg = f"the stream has parts of different observables: {known.names} and {table.names}"
        raise TableError(msg)
    columns = {
        name: np.array(
            [
                min(column.min(), known[name].min()),
                max(column.max(), known[name].max()),
            ],
            dtype=np.float32,
        )
        for name, column in table.columns.items()
    }
    return ObservableTable(columns, np.array([False, True]), np.ones(2), table.units)


def _warn(dropped: int, events: int) -> None:
    if dropped:
        message = f"{dropped} of {events} events have NaN or infinite observables; "
        message += "they are left out of the fit and fail the cuts"
        warnings.warn(message, DroppedEventsWarning, stacklevel=4)
