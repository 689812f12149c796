"""The bridge between columnar and tensor world: named float32 columns, labels, weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.columns import known_names, to_flat
from coffea_lcf.errors import MissingBranchError, NonFiniteError, TableError, nearest


@dataclass(frozen=True, eq=False)
class ObservableTable:
    """One row an event, one float32 column an observable.

    Make one with `from_arrays`. Rows may hold NaN or infinity (an event without
    a jet); fits leave such rows out and every cut rejects NaN.

    Parameters
    ----------
    columns
        float32 arrays of shape ``(N,)`` by observable.
    label
        bool, shape ``(N,)``: True for signal.
    weight
        float64, shape ``(N,)``: event weights, of either sign, finite.
    units
        Unit by observable; missing means dimensionless.
    """

    columns: Mapping[str, NDArray[np.float32]]
    label: NDArray[np.bool_]
    weight: NDArray[np.float64]
    units: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_arrays(
        cls,
        columns: Mapping[str, ArrayLike],
        label: ArrayLike,
        weight: ArrayLike | None = None,
        units: Mapping[str, str] | None = None,
    ) -> ObservableTable:
        """Return a table of arrays, checked and converted.

        Parameters
        ----------
        columns
            Arrays by observable (lists, NumPy or flat awkward arrays), each ``(N,)``.
        label
            1 or True for signal, 0 or False for background, ``(N,)``.
        weight
            Event weights, ``(N,)``; 1 each if not given.
        units
            Unit by observable, for instance ``{"mass": "GeV"}``.

        Raises
        ------
        TableError
            For no columns, other lengths, labels beside 0 and 1, units of
            observables that are not there, columns that are no numbers.
        NonFiniteError
            If a weight is NaN or infinite.
        """
        if not len(known_names(columns)):
            msg = "a table needs at least one observable, got no columns"
            raise TableError(msg)
        flat = {
            str(name): np.ascontiguousarray(to_flat(str(name), values), dtype=np.float32)
            for name, values in columns.items()
        }
        labels = _labels(to_flat("label", label))
        weights = (
            np.ones(len(labels))
            if weight is None
            else to_flat("weight", weight).astype(np.float64, copy=False)
        )
        _check_lengths({**flat, "weight": weights}, len(labels))
        _check_weights(weights)
        unknown = sorted(set(units or {}) - set(flat))
        if unknown:
            msg = f"unit given for {unknown[0]!r}, which is not a column ({', '.join(flat)})"
            raise TableError(msg)
        return cls(flat, labels, weights, dict(units or {}))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.label)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the observables."""
        return iter(self.columns)

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        """Return the column `name`; `MissingBranchError` with the nearest names if absent."""
        if name not in self.columns:
            msg = f"no observable {name!r} in the table\n  nearest  {nearest(name, self.columns)}"
            raise MissingBranchError(msg)
        return self.columns[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The observables, in order."""
        return tuple(self.columns)

    @property
    def fields(self) -> list[str]:
        """The observables, under the name that awkward uses."""
        return list(self.columns)

    def unit(self, name: str) -> str:
        """Return the unit of observable `name`, empty if it has none."""
        return self.units.get(name, "")

    def select(self, rows: NDArray[Any] | slice) -> ObservableTable:
        """Return the rows chosen by a mask, an index array or a slice, which copies nothing."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return ObservableTable(columns, self.label[rows], self.weight[rows], self.units)

    def only(self, names: tuple[str, ...]) -> ObservableTable:
        """Return the table with the observables `names`, in that order."""
        return ObservableTable(
            {name: self[name] for name in names},
            self.label,
            self.weight,
            {name: unit for name, unit in self.units.items() if name in names},
        )

    def finite(self) -> NDArray[np.bool_]:
        """Return which rows have a finite number in every column, shape ``(N,)``."""
        keep = np.ones(len(self), dtype=np.bool_)
        for column in self.columns.values():
            keep &= np.isfinite(column)
        return keep

    def matrix(self) -> NDArray[np.float32]:
        """Return the columns side by side, shape ``(N, F)``, one row contiguous."""
        return np.stack(list(self.columns.values()), axis=1)

    def sumw(self) -> tuple[float, float]:
        """Return Σw of signal and of background."""
        signal, background = (float(self.weight[rows].sum()) for rows in (self.label, ~self.label))
        return signal, background

    def scaled(self, signal: float, background: float) -> ObservableTable:
        """Return the table with the weights of both classes times a factor each."""
        return replace(self, weight=self.weight * np.where(self.label, signal, background))

    def balanced(self) -> ObservableTable:
        """Return the table with weights of mean 1 that sum to the same for both classes.

        Raises
        ------
        TableError
            If the sum of weights of a class is not positive.
        """
        signal, background = self.sumw()
        for name, total in (("signal", signal), ("background", background)):
            if not total > 0:
                msg = f"the sum of weights of the {name} is {total:.6g}, and must be positive"
                raise TableError(msg)
        half = len(self) / 2.0
        return self.scaled(half / signal, half / background)

    def split(
        self, fraction: float, seed: int | np.random.Generator = 0
    ) -> tuple[ObservableTable, ObservableTable]:
        """Split at random into two tables; the second holds `fraction` of each class.

        Parameters
        ----------
        fraction
            Share of the second table, in (0, 1).
        seed
            Seed or generator; the same seed gives the same split.

        Raises
        ------
        TableError
            If `fraction` is not between 0 and 1.
        """
        second = held_out(self.label, fraction, seed)
        return self.select(~second), self.select(second)


def held_out(
    label: NDArray[np.bool_], fraction: float, seed: int | np.random.Generator = 0
) -> NDArray[np.bool_]:
    """Return which rows the second table of `ObservableTable.split` holds, shape ``(N,)``.

    It depends on the labels ``(N,)`` and their order alone, and so can be known before there
    is a table. Parameters and errors are those of `ObservableTable.split`.
    """
    if not 0.0 < fraction < 1.0:
        msg = f"fraction = {fraction!r} is not between 0 and 1"
        raise TableError(msg)
    random = np.random.default_rng(seed)
    second = np.zeros(len(label), dtype=np.bool_)
    for rows in (np.flatnonzero(label), np.flatnonzero(~label)):
        second[random.permutation(rows)[: round(fraction * len(rows))]] = True
    return second


def _labels(values: NDArray[Any]) -> NDArray[np.bool_]:
    wrong = ~np.isin(values, (0, 1))
    if wrong.any():
        row = int(np.argmax(wrong))
        msg = f"label[{row}] = {values[row]!r}: labels are 1 (signal) and 0 (background)"
        raise TableError(msg)
    return values.astype(np.bool_)


def _check_lengths(columns: Mapping[str, NDArray[Any]], rows: int) -> None:
    for name, column in columns.items():
        if len(column) != rows:
            msg = f"column {name!r} has {len(column)} entries, but label has {rows}"
            raise TableError(msg)


def _check_weights(weights: NDArray[np.float64]) -> None:
    bad = ~np.isfinite(weights)
    if bad.any():
        row = int(np.argmax(bad))
        msg = (
            f"{int(bad.sum())} weights are not finite, the first is weight[{row}] = {weights[row]}"
        )
        raise NonFiniteError(msg)


def concatenate(tables: list[ObservableTable]) -> ObservableTable:
    """Return the rows of all `tables`, which must hold the same observables.

    Raises
    ------
    TableError
        For no tables, or tables of other observables.
    """
    if not tables:
        msg = "no tables to concatenate"
        raise TableError(msg)
    names = tables[0].names
    for table in tables[1:]:
        if set(table.names) != set(names):
            msg = f"tables of different observables: {names} and {table.names}"
            raise TableError(msg)
    return ObservableTable(
        {name: np.concatenate([table[name] for table in tables]) for name in names},
        np.concatenate([table.label for table in tables]),
        np.concatenate([table.weight for table in tables]),
        tables[0].units,
    )
