"""What a selection is optimised for: scores of (signal, background) efficiencies.

An objective is a frozen dataclass with one method, ``score``, vectorised over
efficiencies and larger for a better selection. Efficiencies are relative to the
events given to the fit; yields are the expected events before the cuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coffea_lcf.errors import FitError
from coffea_lcf.significance import asimov, s_over_sqrt_b

SMALLEST_YIELD = 1e-9
"""Expected events below which a yield is taken as this, so that scores stay finite."""


@runtime_checkable
class Objective(Protocol):
    """Anything that scores selections by their efficiencies."""

    def score(
        self, signal_efficiency: ArrayLike, background_efficiency: ArrayLike
    ) -> NDArray[np.float64]:
        """Return the score of each selection, larger is better."""
        ...


@dataclass(frozen=True)
class Accuracy:
    """Share of the events classified correctly.

    Parameters
    ----------
    signal_fraction
        Share of signal in the events, in (0, 1). None takes it from the weights
        of the events in a fit, and one half where only efficiencies are known.
    """

    signal_fraction: float | None = None

    def __post_init__(self) -> None:
        if self.signal_fraction is not None and not 0.0 < self.signal_fraction < 1.0:
            msg = (
                f"Accuracy(signal_fraction={self.signal_fraction}): "
                "a share between 0 and 1, ends excluded, is needed"
            )
            raise FitError(msg)

    def score(
        self, signal_efficiency: ArrayLike, background_efficiency: ArrayLike
    ) -> NDArray[np.float64]:
        """Return ``f ε_s + (1 - f)(1 - ε_b)``, in [0, 1]."""
        share = 0.5 if self.signal_fraction is None else self.signal_fraction
        signal, background = _efficiencies(signal_efficiency, background_efficiency)
        return share * signal + (1.0 - share) * (1.0 - background)


@dataclass(frozen=True)
class SOverSqrtB:
    """Signal over the square root of background, ``S / sqrt(B)``.

    Parameters
    ----------
    signal_yield, background_yield
        Expected events before the cuts, both > 0.
    minimum_background
        Expected background events below which a tighter cut earns nothing: B is
        taken as at least this. Guards against cuts that end in an empty corner. With
        0 a fit takes the background two standard deviations above the events counted.
    """

    signal_yield: float
    background_yield: float
    minimum_background: float = 0.0

    def __post_init__(self) -> None:
        _check_yields(self)

    def score(
        self, signal_efficiency: ArrayLike, background_efficiency: ArrayLike
    ) -> NDArray[np.float64]:
        """Return ``S / sqrt(max(B, minimum_background))``."""
        signal, background = _yields(self, signal_efficiency, background_efficiency)
        return s_over_sqrt_b(signal, background)


@dataclass(frozen=True)
class Asimov:
    """Median discovery significance of the Asimov data set.

    Formula and sources: `coffea_lcf.significance.asimov`.

    Parameters
    ----------
    signal_yield, background_yield
        Expected events before the cuts, both > 0.
    background_uncertainty
        Relative uncertainty of the background, σ = background_uncertainty · b.
    minimum_background
        As in `SOverSqrtB`.
    """

    signal_yield: float
    background_yield: float
    background_uncertainty: float = 0.0
    minimum_background: float = 0.0

    def __post_init__(self) -> None:
        _check_yields(self)
        if not 0.0 <= self.background_uncertainty < np.inf:
            msg = (
                f"Asimov(background_uncertainty={self.background_uncertainty}): "
                "a relative uncertainty of 0 or more is needed"
            )
            raise FitError(msg)

    def score(
        self, signal_efficiency: ArrayLike, background_efficiency: ArrayLike
    ) -> NDArray[np.float64]:
        """Return Z in standard deviations, 0 where no signal is left."""
        s, b = _yields(self, signal_efficiency, background_efficiency)
        return asimov(np.maximum(s, 0.0), b, self.background_uncertainty)


@dataclass(frozen=True)
class Punzi:
    """Punzi's figure of merit ``ε_s / (a/2 + sqrt(B))``.

    G. Punzi, "Sensitivity of searches for new signals and its optimization",
    PHYSTAT 2003, physics/0308063. It needs no signal yield, hence suits searches
    with an unknown cross-section, and is finite at B = 0.

    Parameters
    ----------
    background_yield
        Expected background events before the cuts, > 0.
    sigmas
        Significance a that the search asks for, >= 0.
    minimum_background
        As in `SOverSqrtB`.
    """

    background_yield: float
    sigmas: float = 5.0
    minimum_background: float = 0.0

    def __post_init__(self) -> None:
        _check_yields(self)
        if not 0.0 <= self.sigmas < np.inf:
            msg = f"Punzi(sigmas={self.sigmas}): a number of 0 or more is needed"
            raise FitError(msg)

    def score(
        self, signal_efficiency: ArrayLike, background_efficiency: ArrayLike
    ) -> NDArray[np.float64]:
        """Return the figure of merit, larger for a more sensitive search."""
        signal, background = _efficiencies(signal_efficiency, background_efficiency)
        floor = max(self.minimum_background, SMALLEST_YIELD)
        expected = np.maximum(background * self.background_yield, floor)
        return signal / (0.5 * self.sigmas + np.sqrt(expected))


@dataclass(frozen=True)
class BackgroundRejection:
    """Rejection 1/ε_b at given signal efficiencies, the working points.

    Parameters
    ----------
    signal_efficiency
        One signal efficiency in (0, 1), or several: a nested family of
        selections, in the order asked for.
    """

    signal_efficiency: float | Sequence[float]

    def __post_init__(self) -> None:
        points = self.working_points
        if not points or not all(0.0 < point < 1.0 for point in points):
            msg = (
                f"BackgroundRejection(signal_efficiency={self.signal_efficiency}): "
                "one or more efficiencies between 0 and 1, ends excluded, are needed"
            )
            raise FitError(msg)

    @property
    def working_points(self) -> tuple[float, ...]:
        """The signal efficiencies asked for, in their order."""
        return tuple(float(point) for point in np.atleast_1d(self.signal_efficiency))

    def score(
        self, signal_efficiency: ArrayLike, background_efficiency: ArrayLike
    ) -> NDArray[np.float64]:
        """Return ``1 / ε_b``; the signal efficiency is a constraint, not a score."""
        _, background = _efficiencies(signal_efficiency, background_efficiency)
        return 1.0 / np.maximum(background, SMALLEST_YIELD)


def is_guarded(objective: Objective) -> bool:
    """Tell whether cuts cannot run into a corner that is empty by chance and perfect on paper."""
    return isinstance(objective, Accuracy) or getattr(objective, "minimum_background", 0.0) > 0.0


def _efficiencies(
    signal: ArrayLike, background: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.asarray(signal, np.float64), np.asarray(background, np.float64)


def _yields(
    objective: SOverSqrtB | Asimov, signal: ArrayLike, background: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return expected signal and background events, the latter never below the guard."""
    signal, background = _efficiencies(signal, background)
    floor = max(objective.minimum_background, SMALLEST_YIELD)
    return (
        signal * objective.signal_yield,
        np.maximum(background * objective.background_yield, floor),
    )


def _check_yields(objective: SOverSqrtB | Asimov | Punzi) -> None:
    """Raise FitError unless the yields are positive and the guard is not negative."""
    for name in ("signal_yield", "background_yield"):
        value = getattr(objective, name, 1.0)
        if not 0.0 < value < np.inf:
            msg = f"{type(objective).__name__}({name}={value}): expected events > 0 are needed"
            raise FitError(msg)
    if not 0.0 <= objective.minimum_background < np.inf:
        msg = (
            f"{type(objective).__name__}(minimum_background={objective.minimum_background}): "
            "a number of events of 0 or more is needed"
        )
        raise FitError(msg)
