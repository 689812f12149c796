"""Events with a known population, and the best rectangle that it allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from coffea_lcf.cuts.joint import BoxCuts

GRID = 20_001
"""Points at which the likelihood ratio of one observable is taken."""

LEVELS = 4_000
"""Levels of the likelihood ratio tried as the best cut on one observable."""

NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
"""Quadrature of the hidden Gaussian variable that correlates the observables."""


@dataclass(frozen=True)
class Population:
    """Both classes of events: marginal distributions, tied by one Gaussian factor.

    Attributes
    ----------
    signal, background
        Frozen SciPy distributions, one per observable.
    signal_load, background_load
        Correlation of each observable, made Gaussian, with the hidden factor.
    """

    signal: tuple[Any, ...]
    background: tuple[Any, ...]
    signal_load: tuple[float, ...]
    background_load: tuple[float, ...]

    def draw(self, events: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Return observables (N, F) and labels, half of the events signal."""
        random = np.random.default_rng(seed)
        label = (np.arange(events) % 2).astype(np.int8)
        x = np.empty((events, len(self.signal)), np.float32)
        for of, (marginals, load) in enumerate(self._classes):
            rows = label == of
            size = (int(rows.sum()), len(load))
            gaussian = load * random.standard_normal((size[0], 1))
            gaussian += np.sqrt(1.0 - load**2) * random.standard_normal(size)
            rank = stats.norm.cdf(gaussian)
            x[rows] = np.stack([one.ppf(rank[:, i]) for i, one in enumerate(marginals)], 1)
        return x, label

    def efficiencies(self, box: BoxCuts) -> tuple[float, float]:
        """Return the exact signal and background efficiencies of a box."""
        lower = np.where(np.isnan(box.lower), -np.inf, box.lower)
        upper = np.where(np.isnan(box.upper), np.inf, box.upper)
        outside = np.array([case == "edge" for case in box.cases])
        background, signal = (
            self._kept(of, lower, upper, outside) for of in range(len(self._classes))
        )
        return signal, background

    def best(self, signal: float) -> float:
        """Return the least background efficiency of an interval on each observable.

        Exact for independent observables: along each one the best interval for a
        price μ of the signal minimises ln ε_b - μ ln ε_s, and μ is the same for all.
        Otherwise from the independent box by sequential quadratic programming.
        """
        start = self._independent(signal)
        if not any((*self.signal_load, *self.background_load)):
            return self._pair(start)[1]
        limits = self._limits

        def log_efficiency(of: int) -> Callable[[NDArray[np.float64]], float]:
            def value(end: NDArray[np.float64]) -> float:
                lower, upper = np.reshape(end, (2, -1)) * limits[1] + limits[0]
                kept = self._kept(of, lower, upper, np.zeros(len(lower), bool))
                return float(np.log(max(kept, 1e-12)))

            return value

        met = {"type": "eq", "fun": lambda end: log_efficiency(1)(end) - np.log(signal)}
        first = ((start - limits[0]) / limits[1]).ravel()
        random = np.random.default_rng(0)
        results = [
            optimize.minimize(
                log_efficiency(0),
                np.clip(first + scale * random.normal(size=first.size), 0.0, 1.0),
                method="SLSQP",
                bounds=[(0.0, 1.0)] * first.size,
                constraints=[met],
                options={"maxiter": 300, "ftol": 1e-9},
            )
            for scale in (0.0, 0.02, 0.05)
        ]
        met_by = [one.fun for one in results if abs(met["fun"](one.x)) < 1e-4]
        return float(np.exp(min(met_by)))

    @cached_property
    def _classes(self) -> tuple[tuple[tuple[Any, ...], NDArray[np.float64]], ...]:
        return (
            (self.background, np.array(self.background_load)),
            (self.signal, np.array(self.signal_load)),
        )

    @cached_property
    def _limits(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where the signal begins, and how far it reaches, per observable."""
        low, high = (np.array([one.ppf(p) for one in self.signal]) for p in (1e-7, 1.0 - 1e-7))
        return low, high - low

    def _kept(
        self,
        of: int,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        outside: NDArray[np.bool_],
    ) -> float:
        marginals, load = self._classes[of]
        kept = np.ones_like(NODES)
        for index, one in enumerate(marginals):
            ends = np.clip(one.cdf([lower[index], upper[index]]), 1e-15, 1.0 - 1e-15)
            scaled = stats.norm.ppf(ends)[:, None] - load[index] * NODES
            below = stats.norm.cdf(scaled / np.sqrt(1.0 - load[index] ** 2))
            inside = np.maximum(below[1] - below[0], 0.0)
            kept *= 1.0 - inside if outside[index] else inside
        return float(WEIGHTS @ kept)

    def _pair(self, box: NDArray[np.float64]) -> tuple[float, float]:
        """Return both efficiencies of intervals (2, F), observables taken as independent."""
        signal, background = (
            float(np.prod([np.diff(one.cdf(end))[0] for one, end in zip(of, box.T, strict=True)]))
            for of in (self.signal, self.background)
        )
        return signal, background

    def _independent(self, signal: float) -> NDArray[np.float64]:
        def miss(log_price: float) -> float:
            return float(np.log(self._pair(self._priced(np.exp(log_price)))[0] / signal))

        log_price = optimize.brentq(miss, np.log(1.001), np.log(200.0), xtol=1e-4)
        return self._priced(float(np.exp(log_price)))

    def _priced(self, price: float) -> NDArray[np.float64]:
        """Return the best interval of each observable, (2, F), for a price of the signal."""
        best = []
        for ends, signal, background in self._levels:
            at = np.argmin(np.log(background) - price * np.log(signal))
            best.append(ends[:, at])
        return np.array(best).T

    @cached_property
    def _levels(self) -> list[tuple[NDArray[np.float64], ...]]:
        """Intervals above each level of the likelihood ratio, with their efficiencies."""
        return [_levels(*pair) for pair in zip(self.signal, self.background, strict=True)]


def _levels(signal: Any, background: Any) -> tuple[NDArray[np.float64], ...]:
    """Return ends (2, L) of intervals of one observable, and both efficiencies (L,)."""
    low = min(signal.ppf(1e-7), background.ppf(1e-7))
    high = max(signal.ppf(1.0 - 1e-7), background.ppf(1.0 - 1e-7))
    grid = np.linspace(low, high, GRID)[1:-1]
    ratio = signal.logpdf(grid) - background.logpdf(grid)
    ends = [(-np.inf, np.inf)]
    for level in np.unique(ratio)[:: max(1, GRID // LEVELS)]:
        first, last = np.flatnonzero(ratio >= level)[[0, -1]]
        ends.append(
            (grid[first] if first > 0 else -np.inf, grid[last] if last < len(grid) - 1 else np.inf)
        )
    box = np.array(ends).T
    kept = [np.maximum(np.diff(one.cdf(box), axis=0)[0], 1e-12) for one in (signal, background)]
    return box, *kept


def five(*, correlated: bool) -> Population:
    """Return five observables in raw units: peak, exponential, angle, discriminant, noise."""
    norm, expon, beta = stats.norm, stats.expon, stats.beta
    signal = (norm(105, 9), expon(25, 60), beta(2.2, 2.2, -1, 2), beta(3.2, 2), norm(3, 12))
    background = (expon(25, 90), expon(25, 35), beta(0.9, 0.9, -1, 2), beta(2, 3.2), norm(3, 12))
    load = (0.3, 0.5, 0.0, 0.5, 0.0), (0.3, 0.6, 0.3, 0.4, 0.0)
    none = ((0.0,) * 5,) * 2
    return Population(signal, background, *(load if correlated else none))


def gaussians(observables: int, seed: int = 7) -> Population:
    """Return shifted Gaussians of width one, a quarter of them without shift."""
    random = np.random.default_rng(seed)
    shift = random.uniform(0.2, 1.0, observables)
    shift[random.permutation(observables)[: observables // 4]] = 0.0
    signal: Sequence[Any] = [stats.norm(mean, 1.0) for mean in shift]
    none = (0.0,) * observables
    return Population(tuple(signal), (stats.norm(0.0, 1.0),) * observables, none, none)
