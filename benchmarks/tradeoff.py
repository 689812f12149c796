"""A skim and its network: the toys of the paper, then W jets against QCD jets.

    python -m benchmarks.tradeoff
    python -m benchmarks.tradeoff --seed 1

Prints, for the toy of one dimension, the soft optimum beside the polished cut; for that of
two, the skim at a quarter of the background with each soft cut and without a budget; for the
jets, the curve of physics against size with the references of equal size, and what the joint
training costs beside that of the network alone.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.w_vs_qcd import CONFIG, samples
from coffea_lcf.baselines import roc
from coffea_lcf.cuts.objectives import SOverSqrtB
from coffea_lcf.cuts.soft_cut import Erf, Sigmoid, SoftCut, StraightThrough
from coffea_lcf.datasets import toys
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.tradeoff import Measured, Tradeoff, tradeoff
from coffea_lcf.training.cut_network import BackgroundFraction, SkimFit, SkimRecipe, fit_skim
from coffea_lcf.training.cut_network.fit import NoBudgetWarning
from coffea_lcf.training.cut_network.one_cut import one_cut

FRACTIONS = (0.5, 0.3, 0.2, 0.1, 0.05, 0.02)
"""Shares of the background that the skims of the curve keep."""

REPEATS = 3
"""How often a cost is measured."""

SOFT_CUTS: tuple[SoftCut, ...] = (Sigmoid(), Erf(), StraightThrough())


def one_dimension(seed: int) -> Table:
    """Return soft and polished cuts of the toy beside the best of all boundaries."""
    toy = toys.draw("toy_1d", seed=seed)
    objective = SOverSqrtB(10_000, 10_000)
    order = np.argsort(-toy["x"])
    signal, background = np.cumsum(toy.label[order]), np.cumsum(~toy.label[order])
    # a corner without background would be infinitely good
    scores = objective.score(signal / 10_000, background / 10_000)[background >= 10]
    shown = Table("soft cut", "soft", "S/√B", "polished", "S/√B", "scan", title="toy_1d")
    for soft_cut, slope in ((Erf(), 1.0), (Sigmoid(), 1.0), (Sigmoid(), 4.0)):
        found = one_cut(toy, objective, soft_cut, slope)
        shown.add_row(
            f"{soft_cut} slope {slope}",
            f"{found.soft:.3f}",
            f"{found.soft_score:.2f}",
            f"{found.polished:.3f}",
            f"{found.polished_score:.2f}",
            f"{scores.max():.2f}",
        )
    return shown


def two_dimensions(seed: int) -> Table:
    """Return what is kept at a quarter of the background, and without a budget."""
    toy, test = toys.draw("toy_2d", seed=seed), toys.draw("toy_2d", 100_000, seed=seed + 1000)
    head = ("soft cut", "budget", "signal kept", "background kept", "ε_b at ε_s 0.97", "μ", "CPU s")
    shown = Table(*head, title="toy_2d")
    for soft_cut in SOFT_CUTS:
        fit = fit_skim(toy, BackgroundFraction(0.25), soft_cut=soft_cut, seed=seed)
        shown.add_row(str(soft_cut), "0.25", *_kept(fit, test))
    shallow = replace(SkimRecipe(), slope=(2.0, 4.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoBudgetWarning)
        free = fit_skim(toy, recipe=shallow, seed=seed)
    shown.add_row("Sigmoid(), shallow", "none", *_kept(free, test))
    return shown


def _kept(fit: SkimFit, test: ObservableTable) -> tuple[str, ...]:
    kept = evaluate(fit.selection, test)
    return (
        f"{kept['signal_efficiency']:.4f}",
        f"{kept['background_efficiency']:.4f}",
        f"{float(roc(fit.scorer(test), test).background_at(0.97)):.4f}",
        f"{fit.multiplier:.4f}",
        f"{fit.figures['cpu_seconds']:.1f}",
    )


def curve(found: Tradeoff) -> Table:
    """Return the curve with its references."""
    shown = Table("skim", "ε_s", "ε_b", "AUC", "1/ε_b at 0.3", "at 0.5", "Z", title="W and QCD")
    names = ("auc", "rejection_30", "rejection_50", "asimov")
    rows = [("no skim", found.no_skim)]
    for point in found.points:
        rows += [(f"{point.constraint}: joint", point.joint), ("  alone", point.alone)]
    for name, one in rows:
        figures = [_figure(one.physics[figure]) for figure in names]
        sizes = f"{one.signal_efficiency:.4f}", f"{one.background_efficiency:.4f}"
        shown.add_row(name, *sizes, *figures)
    for point in found.points:
        pairs = [point.joint.physics[one].minus(point.alone.physics[one]) for one in names]
        shown.add_row(f"{point.constraint}: difference", "", "", *map(_figure, pairs))
    return shown


def _figure(measured: Measured) -> str:
    return f"{measured.value:.4g} ± {measured.error:.2g}"


def cost(train: ObservableTable, seed: int) -> str:
    """Return what a joint training costs beside that of the network alone."""
    alone, joint = (
        # the quickest: what else runs on the machine costs caches
        min(fit_skim(train, skim, seed=seed).figures["cpu_seconds"] for _ in range(REPEATS))
        for skim in (Selection(()), BackgroundFraction(0.1))
    )
    return f"network alone {alone:.1f} CPU s, jointly {joint:.1f} CPU s: {joint / alone:.2f} times"


@click.command()
@click.argument("config", type=click.Path(exists=True, path_type=Path), default=CONFIG)
@click.option("--seed", default=0)
def main(config: Path, seed: int) -> None:
    """Print the tables."""
    console = Console(width=140)
    console.print(one_dimension(seed))
    console.print(two_dimensions(seed))
    train, test = samples(config)
    start = time.process_time()
    budgets = [BackgroundFraction(fraction) for fraction in FRACTIONS]
    found = tradeoff(train, test, budgets, seed=seed)
    console.print(curve(found))
    console.print(f"{len(budgets)} budgets in {time.process_time() - start:.0f} CPU s")
    tenth = found.points[FRACTIONS.index(0.1)].joint.physics["rejection_50"]
    change = tenth.relative_to(found.no_skim.physics["rejection_50"])
    console.print(f"rejection at 50 %: {change.value:+.1%} ± {change.error:.1%} at 10 % kept")
    console.print(f"knee: {found.knee.reason}")
    console.print(cost(train, seed))


if __name__ == "__main__":
    main()
