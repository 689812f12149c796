"""What a skim may cost, as a constraint on what passes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from coffea_lcf.errors import FitError
from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class Constraint:
    """A bound on the efficiency of one class.

    Attributes
    ----------
    signal
        True for at least `efficiency` of the signal, False for at most that of the
        background.
    efficiency
        Weighted share of the class, in (0, 1).
    """

    signal: bool
    efficiency: float

    @property
    def sign(self) -> float:
        """The sign that makes ``sign ln(ε / efficiency)`` positive where it is broken."""
        return -1.0 if self.signal else 1.0

    @property
    def size_price(self) -> float:
        """Price of the background that passes: a floor alone would leave all cuts open."""
        return 1.0 if self.signal else 0.0

    def __str__(self) -> str:
        """Return the constraint in words."""
        bound = ("at least", "signal") if self.signal else ("at most", "background")
        return f"{bound[0]} {100 * self.efficiency:.4g} % of the {bound[1]}"


class Budget(Protocol):
    """Anything that bounds a skim."""

    def constraint(self, table: ObservableTable) -> Constraint:
        """Return the constraint on skims of `table`; `FitError` if none could meet it."""
        ...


@dataclass(frozen=True)
class BackgroundFraction:
    """At most a share of the background, by weight.

    Parameters
    ----------
    fraction
        In (0, 1).
    """

    fraction: float

    def __post_init__(self) -> None:
        _check_share("BackgroundFraction", "fraction", self.fraction)

    def constraint(self, table: ObservableTable) -> Constraint:
        """Return the constraint, the same for every table."""
        return Constraint(False, self.fraction)


@dataclass(frozen=True)
class SignalEfficiency:
    """At least a share of the signal, by weight, and as little background as can be.

    Parameters
    ----------
    efficiency
        In (0, 1).
    """

    efficiency: float

    def __post_init__(self) -> None:
        _check_share("SignalEfficiency", "efficiency", self.efficiency)

    def constraint(self, table: ObservableTable) -> Constraint:
        """Return the constraint, the same for every table."""
        return Constraint(True, self.efficiency)


@dataclass(frozen=True)
class BackgroundEvents:
    """At most a number of expected background events.

    Parameters
    ----------
    events
        Expected events that may pass, > 0.
    before
        Expected events before the skim, > `events`; None for the sum of weights of the
        background in the table.
    """

    events: float
    before: float | None = None

    def constraint(self, table: ObservableTable) -> Constraint:
        """Return the constraint on skims of `table`."""
        before = table.weight[~table.label].sum() if self.before is None else self.before
        if not 0.0 < self.events < before:
            msg = (
                f"a budget of {self.events:.6g} background events: more than 0 and fewer than "
                f"the {before:.6g} before the skim are needed"
            )
            raise FitError(msg)
        return Constraint(False, float(self.events / before))


@dataclass(frozen=True)
class Bytes:
    """At most a size on disk, of the background events that pass.

    Parameters
    ----------
    limit
        Bytes of the skim, > 0.
    per_event
        Bytes of one event, > 0.
    before
        As for `BackgroundEvents`.
    """

    limit: float
    per_event: float
    before: float | None = None

    def __post_init__(self) -> None:
        for name in ("limit", "per_event"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                msg = f"Bytes({name}={value}): a positive number of bytes is needed"
                raise FitError(msg)

    def constraint(self, table: ObservableTable) -> Constraint:
        """Return the constraint on skims of `table`."""
        return BackgroundEvents(self.limit / self.per_event, self.before).constraint(table)


def _check_share(kind: str, name: str, value: float) -> None:
    if not 0.0 < value < 1.0:
        msg = f"{kind}({name}={value}): a share between 0 and 1, ends excluded, is needed"
        raise FitError(msg)
