"""A figure with its bootstrap replicas, so that differences know what is shared."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BAND = (0.158655, 0.841345)
"""Quantiles of a band of one standard deviation."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A figure on the events and on replicas of them.

    Attributes
    ----------
    value
        On the events as they are.
    replicas
        On each replica, shape ``(R,)``; those of two figures belong to the same events.
    """

    value: float
    replicas: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Standard deviation over the replicas; infinite if one of them is."""
        if not np.isfinite(self.replicas).all():
            return float("inf")
        return float(self.replicas.std(ddof=1))

    @property
    def band(self) -> tuple[float, float]:
        """The central 68.3 % of the replicas."""
        # by rank, which infinite replicas have too
        ranks = np.rint(np.array(BAND) * (len(self.replicas) - 1)).astype(np.intp)
        low, high = np.sort(self.replicas)[ranks]
        return float(low), float(high)

    def relative_to(self, other: Measured) -> Measured:
        """Return ``self / other - 1``, replica by replica."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return Measured(
                float(np.divide(self.value, other.value) - 1.0),
                self.replicas / other.replicas - 1.0,
            )

    def minus(self, other: Measured) -> Measured:
        """Return the difference, replica by replica."""
        with np.errstate(invalid="ignore"):
            return Measured(
                float(np.subtract(self.value, other.value)), self.replicas - other.replicas
            )

    def to_document(self) -> dict[str, float | None]:
        """Return value, error and band as plain numbers, None for what is not finite."""
        low, high = self.band
        numbers = {"value": self.value, "error": self.error, "low": low, "high": high}
        return {name: one if math.isfinite(one) else None for name, one in numbers.items()}
