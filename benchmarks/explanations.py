"""What explanations must do on top and QCD jets, beside what they did.

    coffea-lcf generate top_tagging -o DIR --jets 20000
    python -m benchmarks.explanations --data DIR
    python -m benchmarks.explanations --data DIR -s 0 -s 1

Per seed: cuts, trees and a network on six hand-made observables and noise; a PFN and a PFIN on
30 constituents. The jets are shuffled by the seed, and divided in those to learn from, those
that choose the epoch, and those that are judged. About 100 CPU seconds a seed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import torch

import coffea_lcf as lcf
from benchmarks.jets import HAND_MADE, Jets, load
from benchmarks.taggers import CONTENDERS, ONE_CYCLE, split, train
from coffea_lcf.baselines import MLP, roc
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.explain import (
    MeanMask,
    PermutationMask,
    Predictor,
    Sample,
    Worth,
    auc_loss,
    correlation_groups,
    cuts_as_predictor,
    explain_selection,
    measure,
    rank_correlation,
    worth_text,
)
from coffea_lcf.explain.network.activation import activation_pattern, sparsity
from coffea_lcf.explain.network.constituents import all_of_both, pair_importance
from coffea_lcf.explain.network.features import features, in_parts, with_features
from coffea_lcf.explain.network.gradients import integrated_gradients
from coffea_lcf.explain.network.latent import latent_correlation
from coffea_lcf.explain.network.lrp import instrumented, lrp
from coffea_lcf.explain.network.shrinking import shrink, shrink_and_retrain
from coffea_lcf.models.pfn import PFN
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.tagger import LabelledJets, labelled

CONSTITUENTS = 30
NETWORK = MLP(hidden=(32, 32), batch_size=512, epochs=60)
NULL, ALONE = "noise", "pt"
"""What tells nothing, and what does so alone: all jets are of one range of pt."""

CHANCE = 4
"""Judged jets that may change sides by chance when a cut is taken out."""

MASKED = ("mean", "permuted", "MAD S", "MAD B", "IG")
PHYSICS = ("mass", "tau32", "n_constituents")


@dataclass(frozen=True)
class Figure:
    """One number, what is asked of it, and whether it does."""

    name: str
    value: float
    target: str
    met: bool


def at_most(name: str, value: float, limit: float) -> Figure:
    return Figure(name, value, f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, limit: float) -> Figure:
    return Figure(name, value, f">= {limit:g}", value >= limit)


def conservation(jets: LabelledJets, seed: int) -> Iterator[Figure]:
    """X1: relevance and integrated gradients sum to the log-odds of an untrained PFN."""
    torch.manual_seed(seed)
    model = PFN(phi=(64, 64, 32), f=(64, 64), constituents=CONSTITUENTS).double()
    p4, mask = (one[:200] for one in jets.inputs)
    p4 = p4.double()
    model.standardise(p4, mask)
    full = model(p4, mask).detach()
    values = features(model, p4, mask)
    relevance = lrp(model, p4, mask)
    yield at_most("X1 LRP: |Σ R - f|", _off(relevance, full), 1e-10)
    same = instrumented(model, values, p4, mask, gamma=0.25)
    yield at_most("X1 LRP: output moved", float((same - full).abs().max()), 1e-12)
    start = with_features(model, [torch.zeros_like(one) for one in values], p4, mask)
    completeness = _off(integrated_gradients(model, p4, mask), full - start.detach())
    yield at_most("X1 IG: completeness, 64 steps", completeness / float(full.abs().max()), 3e-2)


def _off(parts: tuple[torch.Tensor, ...], total: torch.Tensor) -> float:
    return float((sum(part.flatten(1).sum(1) for part in parts) - total).abs().max())


def worths(training: ObservableTable, test: ObservableTable, seed: int) -> tuple[Worth, ...]:
    """Return all columns of the cuts and of the network."""
    groups = correlation_groups(test)
    sample = Sample.of(training, test, groups, seed=seed)
    result = lcf.fit(training, "sequential", seed=seed, repeats=1)
    explanation = explain_selection(result.selection, test, importance=result.importance)
    network = NETWORK.fit(training, seed)
    predictors = (
        cuts_as_predictor(result.selection, explanation),
        Predictor("network", network, NETWORK.fit, log_odds=True, network=network),
    )
    found = tuple(measure(one, sample) for one in predictors)
    click.echo(worth_text(found, groups))
    return found


def null_observables(cuts: Worth, network: Worth, jets: int) -> Iterator[Figure]:
    """X2: noise is at most a tenth of the leader and below all that tells, on so many `jets`."""
    columns = {name: network.singles(name) for name in MASKED} | {"no cut": cuts.singles("no cut")}
    for name, column in columns.items():
        share, momentum = (abs(column[one]) / max(column.values()) for one in (NULL, ALONE))
        yield at_most(f"X2 {name}: noise / leader", share, 0.1)
        least = min(value for one, value in column.items() if one not in (NULL, ALONE))
        yield at_least(f"X2 {name}: least that tells - noise", least - column[NULL], -CHANCE / jets)
        yield Figure(f"X2 {name}: pt / leader", momentum, "reported", True)


def twins(training: ObservableTable, test: ObservableTable, seed: int) -> Iterator[Figure]:
    """X3: beside its twin an observable loses credit, and the group has it all."""
    for mask in (MeanMask(), PermutationMask()):
        kind = type(mask).__name__.removesuffix("Mask").lower()
        lost = {}
        for names in (("mass", "tau32"), ("mass", "tau1", "tau32")):
            scorer = NETWORK.fit(training.only(names), seed)
            taken = [("mass",)] if "tau1" not in names else [("mass",), ("tau1",), ("mass", "tau1")]
            lost[names] = auc_loss(scorer, test.only(names), taken, mask, seed)
        alone, beside = lost.values()
        ratio = beside[("mass",)].value / alone[("mass",)].value
        yield at_most(f"X3 {kind}: mass beside tau1 / alone", ratio, 1.0)
        singles = beside[("mass",)].value + beside[("tau1",)].value
        together = beside[("mass", "tau1")].value / singles
        yield at_least(f"X3 {kind}: group / sum of singles", together, 1.0)


def leaders(cuts: Worth, network: Worth) -> Iterator[Figure]:
    """X4: the cut that is missed most is among the first two of other measures."""
    dropped = cuts.singles("no cut")
    leader = max(dropped, key=lambda name: dropped[name])
    for name in ("MAD S", "MAD B", "permuted", "IG"):
        column = network.singles(name)
        rank = 1 + sum(value > column[leader] for value in column.values())
        yield at_most(f"X4 {name}: rank of {leader}", rank, 2)
    for name in ("mean", "permuted", "MAD S", "IG", "retrained"):
        found = rank_correlation(dropped, network.singles(name))
        yield Figure(f"X4 Spearman, cut drop and {name}", found, "reported", True)


def shrinking(
    model: PFN, training: LabelledJets, held_out: LabelledJets, judged: LabelledJets, seed: int
) -> Iterator[Figure]:
    """X5: without its silent nodes, and trained again, a PFN is as good."""
    pattern = activation_pattern(model, training)
    before, cut_off = area(model, judged), area(shrink(model, pattern), judged)
    smaller, _ = shrink_and_retrain(model, training, ONE_CYCLE, held_out=held_out, seed=seed)
    yield at_most("X5 |ΔAUC| after shrinking", abs(area(smaller, judged) - before), 0.003)
    for name, value in (
        ("AUC before", before),
        ("AUC of the shrunk one, not trained again", cut_off),
        ("sparsity at 0.2", sparsity(pattern)),
        ("parameters before", size(model)),
        ("parameters after", size(smaller)),
    ):
        yield Figure(f"X5 {name}", value, "reported", True)


def particles(model: torch.nn.Module, judged: LabelledJets, physics: ObservableTable) -> list[str]:
    """Return in words what pairs and latent nodes of a PFIN are about."""
    pairs = pair_importance(model, judged, 5, all_of_both)
    first, *_, last = sorted(pairs, key=lambda one: -pairs[one].auc)
    found = latent_correlation(model, judged, {name: physics[name] for name in PHYSICS}).best()
    nodes = ", ".join(f"{name} {value:+.2f}" for name, (_, value) in found.items())
    return [
        "PFIN, ΔAUC without all pairs of two constituents (published: 1.96 % for the two hardest, "
        f"0.62 % for the 4th and 5th): most {_pair(first)} {100 * pairs[first].auc:.2f} %, "
        f"least {_pair(last)} {100 * pairs[last].auc:.2f} %",
        f"PFIN, greatest Spearman of a latent node: {nodes}",
    ]


def _pair(ranks: tuple[int, ...]) -> str:
    return "(" + ", ".join(str(rank + 1) for rank in ranks) + ")"


@torch.no_grad()
def area(model: torch.nn.Module, jets: LabelledJets) -> float:
    scores = torch.cat([model(*part) for part in in_parts(jets.inputs)]).double().numpy()
    return roc(scores, ObservableTable.from_arrays({"f": scores}, jets.label.numpy())).auc


def size(model: torch.nn.Module) -> int:
    return sum(one.numel() for one in model.parameters())


def observables(jets: Jets, seed: int) -> ObservableTable:
    """Return the hand-made observables, and noise."""
    table = jets.observables.only(HAND_MADE)
    noise = np.random.default_rng(seed).normal(size=len(table)).astype(np.float32)
    return replace(table, columns={**table.columns, "noise": noise})


def study(sample: Jets, seed: int) -> list[Figure]:
    """Return the figures of one seed."""
    parts = split(sample, seed)
    training, held_out, judged = (labelled(part.cloud, part.observables.label) for part in parts)
    tables = [observables(part, seed + place) for place, part in enumerate((parts[0], parts[2]))]
    cuts, network = worths(*tables, seed)
    pfn, pfin = (train(CONTENDERS[name], parts[0], parts[1], seed) for name in ("pfn", "pfin"))
    for line in particles(pfin, judged, parts[2].observables):
        click.echo(line)
    return [
        *conservation(judged, seed),
        *null_observables(cuts, network, len(judged)),
        *twins(*tables, seed),
        *leaders(cuts, network),
        *shrinking(pfn, training, held_out, judged, seed),
    ]


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--seeds", "-s", multiple=True, type=int, default=(0,), show_default=True)
@click.option("--jets", default=12_000, show_default=True, help="Of each class, from the front.")
def main(data: Path, seeds: tuple[int, ...], jets: int) -> None:
    """Print each figure with what is asked of it."""
    torch.set_num_threads(1)
    sample = load(data, jets, CONSTITUENTS, further=lambda _: {})
    for seed in seeds:
        start = time.process_time()
        figures = study(sample, seed)
        seconds = time.process_time() - start
        columns = {
            "measured": [f"{one.value:.4g}" for one in figures],
            "target": [one.target for one in figures],
            "": ["" if one.met else "MISSED" for one in figures],
        }
        title = f"seed {seed}, {seconds:.0f} CPU seconds"
        click.echo(text_table(title, ("figure", [one.name for one in figures]), columns, 100))


if __name__ == "__main__":
    main()
