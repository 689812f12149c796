"""The curve: physics against the size of the skim, budget by budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.objectives import Asimov
from coffea_lcf.cuts.soft_cut import SoftCut
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Case, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.tradeoff.alone import cuts_alone
from coffea_lcf.tradeoff.knee import knee
from coffea_lcf.tradeoff.physics import FIGURES, Yardstick, contender
from coffea_lcf.tradeoff.result import Point, Tradeoff
from coffea_lcf.training.cut_network import (
    BackgroundFraction,
    Budget,
    SignalEfficiency,
    SkimRecipe,
    fit_skim,
)
from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.model import HIDDEN, Network


def tradeoff(
    table: ObservableTable,
    test: ObservableTable,
    budgets: Sequence[Budget],
    *,
    network: Network = HIDDEN,
    constituents: ParticleCloud | None = None,
    test_constituents: ParticleCloud | None = None,
    soft_cut: SoftCut | None = None,
    recipe: SkimRecipe | None = None,
    directions: Mapping[str, Case | None] | None = None,
    reference: Selection | None = None,
    significance: Asimov | None = None,
    figure: str = "rejection_50",
    bootstraps: int = 100,
    seed: int = 0,
    device: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> Tradeoff:
    """Train a skim and its network for each budget and compare them at equal size.

    Each budget starts from the fit of the looser one, the loosest from the network without
    skim; so do the networks behind cuts that were optimised alone. The joint fit knows those
    cuts and keeps them where it finds nothing better for the network.

    Parameters
    ----------
    table, test
        Events to train on, and others to measure on.
    budgets
        At least one, all of background or all of signal, in any order.
    network, constituents, soft_cut, recipe, directions, device
        As for `coffea_lcf.training.cut_network.fit_skim`.
    test_constituents
        Of the rows of `test`, with `constituents` only.
    reference
        Cuts made by hand. They are compared at their own size: the share of the class that they
        keep in `table` is one more budget, for which all others are trained, too.
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
        For no budgets, those of both kinds, an unknown figure, a `reference` that keeps all
        or nothing, and as `fit_skim`.
    """
    given = [] if reference is None else [_as_large(reference, table, budgets)]
    ordered = _ordered(table, [*given, *budgets], figure)
    tell = progress or (lambda _: None)
    expected = significance or _significance(test)
    yardstick = Yardstick(test, expected, bootstraps, seed, test_constituents)
    settings: dict[str, Any] = {"network": network, "recipe": recipe, "seed": seed}
    settings |= {"device": device, "constituents": constituents}
    tell("no skim")
    unskimmed = fit_skim(table, Selection(()), **settings)
    points: list[Point] = []
    joint = behind = unskimmed
    tell("cuts alone")
    optimised = cuts_alone(table, [one for one, _ in ordered], directions or {}, seed)
    for (constraint, budget), alone in zip(ordered, optimised, strict=True):
        tell(str(constraint))
        by_hand = [
            fit_skim(table, reference, start=behind, **settings) for one in given if one == budget
        ]
        behind = fit_skim(table, alone, start=behind, **settings)
        joint = fit_skim(
            table,
            budget,
            soft_cut=soft_cut,
            directions=directions,
            start=joint,
            rivals=[behind],
            **settings,
        )
        measured = (contender(one, yardstick) for one in (joint, behind, *by_hand))
        points.append(Point(constraint, *measured))
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


def _as_large(reference: Selection, table: ObservableTable, budgets: Sequence[Budget]) -> Budget:
    """Return the budget that `reference` itself meets, of the kind of the others."""
    signal = any(budget.constraint(table).signal for budget in budgets)
    name = "signal_efficiency" if signal else "background_efficiency"
    share = evaluate(reference, table)[name]
    if not 0.0 < share < 1.0:
        kept = "all" if share else "none"
        msg = f"the reference keeps {kept} of the {name.split('_')[0]}: there is nothing to compare"
        raise FitError(msg)
    return SignalEfficiency(share) if signal else BackgroundFraction(share)


def _significance(test: ObservableTable) -> Asimov:
    return Asimov(*test.sumw())
