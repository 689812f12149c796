"""What observables are worth to predictors, by several measures side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import Scorer
from coffea_lcf.table import ObservableTable

if TYPE_CHECKING:
    from coffea_lcf.baselines.network import NetworkScorer

Names: TypeAlias = tuple[str, ...]
"""One observable, or several that are taken away together."""

Column: TypeAlias = Mapping[Names, float]
"""A number for each observable and group of observables; some may be missing."""


@dataclass(frozen=True, eq=False)
class Predictor:
    """Something that decides on events by their observables, and what may be asked of it.

    Attributes
    ----------
    name
        In tables and legends.
    scorer
        The fitted predictor.
    fit
        Learns an equal one from a table, by a seed; None if it cannot be learned anew.
    trainings
        Seeds with which it is learned anew: more than one where the start matters.
    needed
        Observables without which it cannot be learned anew.
    log_odds
        Whether `scorer` gives log-odds, of which relative shifts are meaningful.
    network
        The predictor itself if it has gradients.
    noted
        Columns that are known already, such as a learned importance.
    """

    name: str
    scorer: Scorer
    fit: Callable[[ObservableTable, int], Scorer] | None = None
    trainings: int = 1
    needed: frozenset[str] = frozenset()
    log_odds: bool = False
    network: NetworkScorer | None = None
    noted: Mapping[str, Column] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Sample:
    """The events of which the worth is measured.

    Attributes
    ----------
    training
        What the predictors have learned from.
    test
        Other events, of which areas under the ROC curve are taken.
    events
        Finite events among `test` that are explained one by one.
    groups
        Correlation groups of the observables, each observable once.
    seed
        Of all that is random.
    """

    training: ObservableTable
    test: ObservableTable
    events: ObservableTable
    groups: tuple[Names, ...]
    seed: int = 0

    @classmethod
    def of(
        cls,
        training: ObservableTable,
        test: ObservableTable,
        groups: tuple[Names, ...],
        *,
        events: int = 4096,
        most: int = 200_000,
        seed: int = 0,
    ) -> Sample:
        """Return a sample of tables that may be larger than it takes to tell observables apart.

        Parameters
        ----------
        training, test, groups
            See `Sample`.
        events
            Most events that are explained one by one.
        most
            Most events of both `training` and `test`: predictors learn anew many times.
        seed
            Of the events that are drawn.
        """
        random = np.random.default_rng(seed)
        training, test = (
            _drawn(one, np.arange(len(one)), most, random) for one in (training, test)
        )
        chosen = _drawn(test, np.flatnonzero(test.finite()), events, random)
        return cls(training, test, chosen, groups, seed)

    @property
    def taken(self) -> tuple[Names, ...]:
        """What is taken away: each observable, then each group of two and more."""
        singles = tuple((name,) for name in self.test.names)
        return singles + tuple(names for names in self.groups if len(names) > 1)


@dataclass(frozen=True, eq=False)
class Worth:
    """The measured columns of one predictor.

    Attributes
    ----------
    predictor
        Its name.
    auc
        Area under its ROC curve on the test events.
    columns
        By measure; those that make no sense for it are missing.
    """

    predictor: str
    auc: float
    columns: Mapping[str, Column]

    def singles(self, measure: str) -> dict[str, float]:
        """Return the column `measure` by observable, groups left out."""
        return {names[0]: value for names, value in self.columns[measure].items() if not names[1:]}


def _drawn(
    table: ObservableTable, rows: NDArray[np.intp], most: int, random: np.random.Generator
) -> ObservableTable:
    """Return the `rows` of `table` in their order, at most so many of them."""
    return table.select(np.sort(random.permutation(rows)[:most]))
