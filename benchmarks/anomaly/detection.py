"""How well autoencoders that know only QCD jets find other jets, beside plain observables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec

import numpy as np
import torch

from benchmarks.anomaly.figures import Values, add_row, curve, figure_table, figures
from benchmarks.anomaly.networks import (
    LOSSES,
    Contender,
    Trained,
    graph,
    laboratory_loss,
    lorentz,
    scores,
    tensors,
    trained,
)
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import against, roc_curves
from benchmarks.anomaly.sample import Sample, Search
from benchmarks.anomaly.transformer import transformer
from benchmarks.jets import Jets
from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError, jet_mass
from coffea_lcf.nn.lorentz.ordering import leading

SLOTS = 30

SHARES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Shares of the training jets."""

REST = ReconstructionError()

Score = Callable[[Jets], Values]


def mass_of_leading(jets: Jets) -> Values:
    """Return the mass of the constituents that the networks see."""
    values: Values = jet_mass(leading(*tensors(jets), SLOTS)[0]).numpy()
    return values


def nothing_reconstructed(jets: Jets) -> Values:
    """Return the error of a network that decodes zeros."""
    target, _ = leading(*tensors(jets), SLOTS)
    values: Values = REST(target, torch.zeros_like(target)).numpy()
    return values


OBSERVABLES: Mapping[str, Score] = {
    "jet mass": lambda jets: jets.observables["mass"],
    f"mass of {SLOTS} constituents": mass_of_leading,
    "−τ32": lambda jets: -jets.observables["tau32"],
    "zero reconstruction": nothing_reconstructed,
}

NETWORKS: Mapping[str, Contender] = {"graph autoencoder": graph(), "LGAE": lorentz()} | (
    {"LGAE, L-GATr-slim encoder": Contender(transformer)} if find_spec("lgatr") else {}
)


def detection(sample: Sample, output: Output) -> None:
    """Show a table and ROC curves for each search: observables, and all autoencoders."""
    networks = {name: trained(one, sample) for name, one in NETWORKS.items()}
    judged: dict[str, tuple[Sequence[Trained], JetLoss]] = {
        name: (runs, REST) for name, runs in networks.items()
    }
    judged["LGAE, error over mass"] = networks["LGAE"], REST.over_mass
    panels = {}
    for search in sample.searches:
        scored = {
            name: [[observable(kind) for kind in search.kinds]]
            for name, observable in OBSERVABLES.items()
        } | {name: list(_scored(*how, search)) for name, how in judged.items()}
        low, high = search.window
        title = f"{search.name} against QCD"
        table = figure_table(
            f"{title}, trained on {len(sample.train)} QCD jets, window {low:g}-{high:g} GeV"
        )
        for name, runs in scored.items():
            seconds = _seconds(judged[name][0]) if name in judged else None
            add_row(table, name, [figures(search, run) for run in runs], seconds)
        output.show(table)
        panels[title] = {name: curve(runs[0]) for name, runs in scored.items()}
    output.draw("detection", roc_curves(panels, dashed=OBSERVABLES))


def losses(sample: Sample, output: Output) -> None:
    """Show what the loss does, for the first signal: scored alike, and by what was minimised."""
    search = sample.searches[0]
    table = figure_table(f"{search.name} against QCD, LGAE by loss")
    for name, loss in LOSSES.items():
        runs = trained(lorentz(), sample, loss)
        ways: dict[str, JetLoss] = {name: REST}
        if loss is laboratory_loss:
            ways[f"{name}, own score"] = loss
        for way, error in ways.items():
            values = [figures(search, run) for run in _scored(runs, error, search)]
            add_row(table, way, values, _seconds(runs))
    output.show(table)


def efficiency(sample: Sample, output: Output) -> None:
    """Show what fewer training jets do, for the first signal, at as many steps of training."""
    search = sample.searches[0]
    table = figure_table(f"{search.name} against QCD, LGAE by training jets")
    found = []
    parts = [sample.first(share) for share in SHARES]
    for few in parts:
        runs = trained(lorentz(), few)
        found.append([figures(search, run) for run in _scored(runs, REST, search)])
        add_row(table, f"{len(few.train)} jets", found[-1], _seconds(runs))
    output.show(table)
    curves = {
        "all masses": [[run.auc for run in runs] for runs in found],
        "in the mass window": [[run.window_auc for run in runs] for runs in found],
    }
    sizes = [len(few.train) for few in parts]
    output.draw("efficiency", against(curves, sizes, xlabel="QCD jets to train on", ylabel="AUC"))


def _scored(runs: Sequence[Trained], error: JetLoss, search: Search) -> Iterator[list[Values]]:
    """Yield the scores of background and signals of each run."""
    for run in runs:
        yield [scores(run.model, kind, error) for kind in search.kinds]


def _seconds(runs: Sequence[Trained]) -> float:
    return float(np.mean([run.seconds for run in runs]))
