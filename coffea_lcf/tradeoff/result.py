"""What the curve consists of: budgets, each with its contenders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coffea_lcf.tradeoff.knee import Knee
from coffea_lcf.tradeoff.physics import FIGURES, Contender
from coffea_lcf.training.cut_network import SkimFit
from coffea_lcf.training.cut_network.budget import Constraint


@dataclass(frozen=True, eq=False)
class Point:
    """One budget of the curve.

    Attributes
    ----------
    constraint
        What the budget says.
    joint
        Cuts and network trained together.
    alone
        Cuts optimised alone to the same size, then a network behind them.
    reference
        Cuts made by hand, whose size this budget is, with a network behind them.
    """

    constraint: Constraint
    joint: Contender
    alone: Contender
    reference: Contender | None = None

    @property
    def contenders(self) -> dict[str, Contender]:
        """All that were measured, by how they were made."""
        found = {"joint": self.joint, "cuts alone": self.alone}
        return found if self.reference is None else {**found, "hand cuts": self.reference}

    def to_document(self, no_skim: Contender) -> dict[str, Any]:
        """Return figures and their differences as plain JSON values."""
        document = {
            "budget": str(self.constraint),
            "joint": self.joint.to_document(),
            "alone": self.alone.to_document(),
            "joint_minus_alone": _differences(self.joint, self.alone),
            "joint_to_no_skim": {
                name: self.joint.physics[name].relative_to(no_skim.physics[name]).to_document()
                for name in FIGURES
            },
        }
        if self.reference is not None:
            document["reference"] = self.reference.to_document()
            document["joint_minus_reference"] = _differences(self.joint, self.reference)
        return document


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """Physics against the size of a skim.

    Attributes
    ----------
    points
        One a budget, loosest first.
    no_skim
        The network on all events, the upper bound.
    knee
        The proposed point and its reason.
    """

    points: tuple[Point, ...]
    no_skim: Contender
    knee: Knee

    @property
    def proposed(self) -> SkimFit:
        """The joint fit at the knee."""
        return self.points[self.knee.index].joint.fit

    @property
    def contenders(self) -> dict[str, Contender]:
        """All that were measured, by budget and how they were made; no skim first."""
        named = {
            f"{point.constraint}, {made}": one
            for point in self.points
            for made, one in point.contenders.items()
        }
        return {"no skim": self.no_skim, **named}

    def to_document(self) -> dict[str, Any]:
        """Return sizes, figures and the knee as plain JSON values."""
        return {
            "no_skim": self.no_skim.to_document(),
            "points": [point.to_document(self.no_skim) for point in self.points],
            "knee": {"index": self.knee.index, "reason": self.knee.reason},
        }


def _differences(one: Contender, other: Contender) -> dict[str, Any]:
    return {name: one.physics[name].minus(other.physics[name]).to_document() for name in FIGURES}
