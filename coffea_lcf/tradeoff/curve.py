"""The curve: physics against the size of the skim, budget by budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coffea_lcf.cuts.objectives import Asimov
from coffea_lcf.cuts.soft_cut import SoftCut
from coffea_lcf.errors import FitError
from coffea_lcf.selection import Case, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.tradeoff.alone import cuts_alone
from coffea_lcf.tradeoff.knee import Knee, knee
from coffea_lcf.tradeoff.physics import FIGURES, Contender, Yardstick, contender
from coffea_lcf.training.cut_network import Budget, SkimFit, SkimRecipe, fit_skim
from coffea_lcf.training.cut_network.behind import HIDDEN, Network, fit_behind
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
    """

    constraint: Constraint
    joint: Contender
    alone: Contender


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

    def to_document(self) -> dict[str, Any]:
        """Return sizes, figures and the knee as plain JSON values."""
        return {
            "no_skim": self.no_skim.to_document(),
            "points": [
                {
                    "budget": str(point.constraint),
                    "joint": point.joint.to_document(),
                    "alone": point.alone.to_document(),
                    "joint_minus_alone": {
                        name: point.joint.physics[name]
                        .minus(point.alone.physics[name])
                        .to_document()
                        for name in FIGURES
                    },
                    "joint_to_no_skim": {
                        name: point.joint.physics[name]
                        .relative_to(self.no_skim.physics[name])
                        .to_document()
                        for name in FIGURES
                    },
                }
                for point in self.points
            ],
            "knee": {"index": self.knee.index, "reason": self.knee.reason},
        }


def tradeoff(
    table: ObservableTable,
    test: ObservableTable,
    budgets: Sequence[Budget],
    *,
    network: Network = HIDDEN,
    soft_cut: SoftCut | None = None,
    recipe: SkimRecipe | None = None,
    directions: Mapping[str, Case | None] | None = None,
    significance: Asimov | None = None,
    figure: str = "rejection_50",
    bootstraps: int = 100,
    seed: int = 0,
    device: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> Tradeoff:
    """Train a skim and its network for each budget and compare them at equal size.

    Each budget starts from the fit of the looser one, the loosest from the network without
    skim; so do the networks behind cuts that were optimised alone.

    Parameters
    ----------
    table, test
        Events to train on, and others to measure on.
    budgets
        At least one, all of background or all of signal, in any order.
    network, soft_cut, recipe, directions, device
        As for `coffea_lcf.training.cut_network.fit_skim`.
    significance
        Yields and uncertainty of the expected significance; by default the sums of
        weights of `test`, without uncertainty.
    figure
        The one of `FIGURES` that proposes the knee.
    bootstraps
        Replicas of the test events behind all errors; the same for all contenders, so
        that differences between them are free of what they share.
    seed
        Of networks, batches, held-out events and replicas.
    progress
        Called with what is trained next.

    Raises
    ------
    FitError
        For no budgets, those of both kinds, an unknown figure, and as `fit_skim`.
    """
    ordered = _ordered(table, budgets, figure)
    tell = progress or (lambda _: None)
    yardstick = Yardstick(test, significance or _significance(test), bootstraps, seed)
    settings: dict[str, Any] = {"network": network, "recipe": recipe, "seed": seed}
    settings["device"] = device
    tell("no skim")
    unskimmed = fit_behind(table, Selection(()), **settings)
    points: list[Point] = []
    joint = behind = unskimmed
    tell("cuts alone")
    references = cuts_alone(table, [one for one, _ in ordered], directions or {}, seed)
    for (constraint, budget), alone in zip(ordered, references, strict=True):
        tell(str(constraint))
        joint = fit_skim(
            table, budget, soft_cut=soft_cut, directions=directions, start=joint, **settings
        )
        behind = fit_behind(table, alone, start=behind, **settings)
        points.append(Point(constraint, contender(joint, yardstick), contender(behind, yardstick)))
    no_skim = contender(unskimmed, yardstick)
    changes = [point.joint.physics[figure].relative_to(no_skim.physics[figure]) for point in points]
    return Tradeoff(tuple(points), no_skim, knee([str(one) for one, _ in ordered], changes))


def _ordered(
    table: ObservableTable, budgets: Sequence[Budget], figure: str
) -> list[tuple[Constraint, Budget]]:
    """Return the budgets with what they say of `table`, loosest first."""
    if figure not in FIGURES:
        msg = f"figure {figure!r} is not one of {', '.join(FIGURES)}"
        raise FitError(msg)
    found = [(budget.constraint(table), budget) for budget in budgets]
    if len({constraint.signal for constraint, _ in found}) != 1:
        said = ", ".join(str(constraint) for constraint, _ in found) or "none"
        msg = f"budgets: {said}\n  a curve needs one or more, all of background or all of signal"
        raise FitError(msg)
    return sorted(found, key=lambda one: -one[0].efficiency)


def _significance(test: ObservableTable) -> Asimov:
    signal, background = (float(test.weight[test.label == of].sum()) for of in (True, False))
    return Asimov(signal, background)
