"""One hard cut: an observable, a case and its boundaries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.columns import to_flat
from coffea_lcf.errors import SelectionError

Case = Literal["left", "right", "middle", "edge"]
CASES: tuple[Case, ...] = get_args(Case)

_NEEDS: dict[Case, tuple[bool, bool]] = {
    "left": (False, True),
    "right": (True, False),
    "middle": (True, True),
    "edge": (True, True),
}


@dataclass(frozen=True)
class Cut:
    """A hard cut on one observable.

    ===========  =========================
    case         keeps
    ===========  =========================
    ``left``     x < upper
    ``right``    x > lower
    ``middle``   lower < x < upper
    ``edge``     x < lower or x > upper
    ===========  =========================

    Boundaries are snapped to the nearest float32 at construction: a float32
    branch is then cut alike in NumPy (which compares in float32) and in ROOT
    (which compares in double), also for an event exactly on the boundary.
    NaN fails every cut.

    Parameters
    ----------
    observable
        Name of the column that is cut.
    case
        ``left``, ``right``, ``middle`` or ``edge``.
    lower, upper
        Boundaries in `unit`; exactly those that the case needs.
    unit
        Unit of the observable, for instance ``GeV``; empty if it has none.
    importance, importance_spread
        Learned importance in [0, 1] and its standard deviation over repeats.
    lower_spread, upper_spread
        Standard deviation of the boundaries over repeats, in `unit`.
    fixed
        True if the user gave the cut, False if it was learned.

    Raises
    ------
    SelectionError
        If case and boundaries do not fit together or are not finite.
    """

    observable: str
    case: Case
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    importance: float | None = None
    importance_spread: float | None = None
    lower_spread: float | None = None
    upper_spread: float | None = None
    fixed: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.observable, str) or not self.observable:
            msg = f"a cut needs the name of an observable, not {self.observable!r}"
            raise SelectionError(msg)
        if self.case not in CASES:
            msg = f"cut on {self.observable!r}: case {self.case!r} is not one of {', '.join(CASES)}"
            raise SelectionError(msg)
        for side, needed in zip(("lower", "upper"), _NEEDS[self.case], strict=True):
            object.__setattr__(self, side, self._snapped(side, getattr(self, side), needed))
        if self.lower is not None and self.upper is not None and not self.lower < self.upper:
            msg = (
                f"cut on {self.observable!r}: case {self.case!r} needs lower < upper, "
                f"got lower = {self.lower!r}, upper = {self.upper!r}"
            )
            raise SelectionError(msg)

    def _snapped(self, side: str, value: float | None, needed: bool) -> float | None:
        if (value is not None) != needed:
            verb = "needs" if needed else "takes no"
            msg = f"cut on {self.observable!r}: case {self.case!r} {verb} {side} (got {value!r})"
            raise SelectionError(msg)
        if value is None:
            return None
        if isinstance(value, (str, bytes, complex)) or not hasattr(value, "__float__"):
            msg = f"cut on {self.observable!r}: {side} = {value!r} is not a number"
            raise SelectionError(msg)
        with np.errstate(over="ignore"):
            snapped = float(np.float32(value))
        if not math.isfinite(snapped):
            msg = f"cut on {self.observable!r}: {side} = {value!r} is not a finite float32"
            raise SelectionError(msg)
        return snapped

    def mask(self, values: Any) -> NDArray[np.bool_]:
        """Return which `values`, shape ``(N,)``, pass; those that are NaN or missing do not.

        Raises
        ------
        TableError
            If `values` is not one number an event.
        """
        if type(values) is not np.ndarray:
            values = to_flat(self.observable, values)
        with np.errstate(invalid="ignore"):
            if self.case == "edge":
                return np.asarray((values < self.lower) | (values > self.upper))
            passed = np.ones(len(values), dtype=np.bool_)
            if self.lower is not None:
                passed &= values > self.lower
            if self.upper is not None:
                passed &= values < self.upper
            return passed

    def __str__(self) -> str:
        """Return the cut in words, for instance ``60.5 < mass < 98 GeV``."""
        unit = f" {self.unit}" if self.unit else ""
        name = self.observable
        if self.case == "left":
            return f"{name} < {self.upper:.6g}{unit}"
        if self.case == "right":
            return f"{name} > {self.lower:.6g}{unit}"
        if self.case == "middle":
            return f"{self.lower:.6g} < {name} < {self.upper:.6g}{unit}"
        return f"{name} < {self.lower:.6g} or {name} > {self.upper:.6g}{unit}"
