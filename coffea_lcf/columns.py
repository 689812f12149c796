"""From what users hold (lists, NumPy, awkward, NanoEvents columns) to flat NumPy columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.errors import MissingBranchError, TableError, nearest


class Columns(Protocol):
    """Anything that gives a column by name: a dict, a record array, NanoEvents, a table."""

    def __getitem__(self, name: str, /) -> Any: ...


def known_names(columns: Columns) -> list[str]:
    """Return the column names that `columns` offers, in its own order."""
    if isinstance(columns, Mapping):
        return [str(name) for name in columns]
    if isinstance(columns, np.ndarray):
        return list(columns.dtype.names or ())
    fields: Iterable[str] = getattr(columns, "fields", ())
    return list(fields)


def flat_column(columns: Columns, name: str) -> NDArray[Any]:
    """Return the one-dimensional numeric column `name`.

    Missing values (awkward option types) become NaN, which every cut rejects.

    Parameters
    ----------
    columns
        A mapping, record array or NanoEvents-like object.
    name
        Column name; read by ``columns[name]``, never by attribute, because
        ``FatJet.tau2`` is a Lorentz property and not the branch.

    Returns
    -------
    numpy.ndarray
        Shape ``(N,)``, numeric or boolean, in the dtype of the source.

    Raises
    ------
    MissingBranchError
        If there is no such column.
    TableError
        If the column is not one number per event.
    """
    known = known_names(columns)
    if known and name not in known:
        msg = f"observable {name!r} is not among the columns\n  nearest  {nearest(name, known)}"
        raise MissingBranchError(msg)
    try:
        values = columns[name]
    except (KeyError, ValueError, IndexError) as error:
        msg = f"observable {name!r} is not among the columns: {error}"
        raise MissingBranchError(msg) from error
    return to_flat(name, values)


def to_flat(name: str, values: Any) -> NDArray[Any]:
    """Return `values` as a one-dimensional numeric array; `name` is for the message."""
    if type(values).__module__.startswith(("awkward", "coffea")):
        flat = _from_awkward(name, values)
    else:
        try:
            flat = np.asarray(_without_mask(values))
        except ValueError as error:
            msg = f"column {name!r} is not one number per event: {error}"
            raise TableError(msg) from error
    if flat.ndim != 1:
        msg = f"column {name!r} has shape {flat.shape}, but one number per event is needed: (N,)"
        raise TableError(msg)
    real = np.issubdtype(flat.dtype, np.integer) or np.issubdtype(flat.dtype, np.floating)
    if not (real or flat.dtype == np.bool_):
        msg = f"column {name!r} has type {flat.dtype}, but numbers are needed"
        raise TableError(msg)
    # ROOT has no half precision: cuts would be compared in other digits
    return flat.astype(np.float32) if flat.dtype == np.float16 else flat


def _without_mask(values: Any) -> Any:
    """Return masked values as NaN, as for missing values of awkward arrays."""
    if isinstance(values, np.ma.MaskedArray) and values.mask.any():
        return np.ma.filled(values.astype(np.float64), np.nan)
    return values


def _from_awkward(name: str, values: Any) -> NDArray[Any]:
    import awkward as ak

    if values.ndim != 1 or values.fields:
        msg = (
            f"column {name!r} is not one number per event but {ak.type(values)}\n"
            f"  take one object per event first, for instance ak.firsts(...)"
        )
        raise TableError(msg)
    if isinstance(ak.type(values).content, ak.types.OptionType):
        values = ak.fill_none(values, np.float32(np.nan))
    try:
        return np.asarray(ak.to_numpy(values))
    except (TypeError, ValueError) as error:
        msg = f"column {name!r} is not one number per event: {error}"
        raise TableError(msg) from error
