"""The proposed size of a skim: the smallest that costs nothing one could notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coffea_lcf.tradeoff.measured import Measured

TOLERANCE = 0.02
"""Share of a figure that may be given up for a smaller skim."""

SIGMAS = 2.0
"""Errors of a change that are no loss yet."""

BLIND = 0.25
"""Loss that would go unnoticed, above which nothing is proposed: too few events are left."""


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
    scale of the axes and with the budgets that are tried. Where the bound is above `BLIND`,
    the events cannot tell: a figure that nobody could see change says nothing for a skim.
    """
    bounds = [max(tolerance, SIGMAS * change.error) for change in changes]
    kept = [
        bound <= max(tolerance, BLIND) and -change.value <= bound
        for change, bound in zip(changes, bounds, strict=True)
    ]
    first = kept.index(False) if False in kept else len(kept)
    if first == 0:
        return Knee(0, f"none is safe; {names[0]} {_against(changes[0], bounds[0])}")
    chosen = first - 1
    reason = f"{names[chosen]}: {_in_words(changes[chosen])} against no skim, "
    reason += f"within {bounds[chosen]:.1%}"
    if first == len(kept):
        return Knee(chosen, f"{reason}; no tighter budget was tried")
    return Knee(
        chosen, f"{reason}; the next, {names[first]}, {_against(changes[first], bounds[first])}"
    )


def _against(change: Measured, bound: float) -> str:
    """Return what speaks against a budget."""
    if bound > BLIND:
        return f"cannot be judged: {_in_words(change)}, too few events for this figure"
    return f"has {_in_words(change)}"


def _in_words(change: Measured) -> str:
    return f"{change.value:+.1%} ± {change.error:.1%}"
