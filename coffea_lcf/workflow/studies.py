"""Further questions to a finished fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coffea_lcf.workflow import compare, explain, prune, stability, tradeoff
from coffea_lcf.workflow.step import Step


@dataclass(frozen=True)
class Study:
    """A question of its own command, answered by a text and perhaps a picture.

    Attributes
    ----------
    run
        The workflow function.
    title
        Heading of its section in the report.
    picture
        SVG file in the output folder, if it draws one; its result may name further ``pictures``.
    """

    run: Callable[..., Step]
    title: str
    picture: str | None = None


STUDIES = {
    "compare": Study(compare.compare, "Cuts beside trees and a network", compare.PLOT),
    "explain": Study(explain.explain, "What the observables are worth", explain.PLOT),
    "prune": Study(prune.prune, "Fewer observables"),
    "stability": Study(stability.stability, "Stability of the boundaries", stability.PLOT),
    "tradeoff": Study(tradeoff.tradeoff, "Size of a skim against physics", tradeoff.PLOT),
}
"""Studies by the name of their command."""
