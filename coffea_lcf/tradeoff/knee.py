"""The proposed size of a skim: the smallest that costs nothing one could notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coffea_lcf.tradeoff.measured import Measured

TOLERANCE = 0.02
"""Share of a figure that may be given up for a smaller skim."""

SIGMAS = 2.0
"""Errors of a change that are no loss yet."""


@dataclass(frozen=True)
class Knee:
    """A proposal and its reason.

    Attributes
    ----------
    index
        Number of the budget, from 0 for the loosest.
    reason
        Why that one, in words.
    """

    index: int
    reason: str


def knee(names: Sequence[str], changes: Sequence[Measured], tolerance: float = TOLERANCE) -> Knee:
    """Return the tightest budget up to which a figure stays near its value without skim.

    Parameters
    ----------
    names
        The budgets in words, loosest first.
    changes
        Relative change of the figure against no skim, at each budget.
    tolerance
        Loss that is accepted, or `SIGMAS` errors of the change where they are larger.

    Notes
    -----
    A statistical bound instead of the point of largest curvature, which moves with the
    scale of the axes and with the budgets that are tried.
    """
    lost = [-change.value > max(tolerance, SIGMAS * change.error) for change in changes]
    first = lost.index(True) if True in lost else len(lost)
    if first == 0:
        reason = f"every budget loses more than {tolerance:.1%}: {names[0]} the least, "
        return Knee(0, reason + _in_words(changes[0]))
    chosen = first - 1
    reason = f"{names[chosen]}: {_in_words(changes[chosen])} against no skim, within "
    reason += f"{max(tolerance, SIGMAS * changes[chosen].error):.1%}"
    if first == len(lost):
        return Knee(chosen, f"{reason}; no tighter budget was tried")
    return Knee(chosen, f"{reason}; the next, {names[first]}, has {_in_words(changes[first])}")


def _in_words(change: Measured) -> str:
    return f"{change.value:+.1%} ± {change.error:.1%}"
