"""How well autoencoders that know only QCD jets find other jets, beside plain observables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec

import torch
from rich.table import Table

from benchmarks.anomaly.figures import Figures, Values, add_row, curve, figure_table, figures
from benchmarks.anomaly.networks import (
    Contender,
    Trained,
    graph,
    lorentz,
    mean_seconds,
    reconstructed,
    score_of,
    tensors,
    trained,
)
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import roc_curves
from benchmarks.anomaly.published import DETECTION
from benchmarks.anomaly.sample import Sample, Search
from benchmarks.anomaly.transformer import transformer
from benchmarks.anomaly.verdicts import verdicts
from benchmarks.jets import Jets
from coffea_lcf.models.lgae.transverse import spread, transverse_error
from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError, jet_mass
from coffea_lcf.nn.lorentz.ordering import leading

SLOTS = 30

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


def spread_across(jets: Jets) -> Values:
    """Return how far the constituents that the networks see spread across the flight."""
    values: Values = spread(leading(*tensors(jets), SLOTS)[0]).numpy()
    return values


OBSERVABLES: Mapping[str, Score] = {
    "jet mass": lambda jets: jets.observables["mass"],
    f"mass of {SLOTS} constituents": mass_of_leading,
    "−τ32": lambda jets: -jets.observables["tau32"],
    "zero reconstruction": nothing_reconstructed,
    "Σ kT² / M² of them": spread_across,
}

NETWORKS: Mapping[str, Contender] = {"graph autoencoder": graph(), "LGAE": lorentz()} | (
    {"LGAE, L-GATr-slim": Contender(transformer)} if find_spec("lgatr") else {}
)

DRAWN = (
    "jet mass", "−τ32", "zero reconstruction", "Σ kT² / M² of them",
    "graph autoencoder", "graph autoencoder, transverse", "LGAE", "LGAE, transverse",
)  # fmt: skip
"""Scores of the plot."""


def detection(sample: Sample, output: Output) -> None:
    """Show tables and ROC curves of observables and autoencoders, and what had to be reached."""
    judged = _judged({name: trained(one, sample) for name, one in NETWORKS.items()})
    # the same jets are in several searches, and several scores are of one network
    decoded = cache(reconstructed)
    panels, reached = {}, {}
    for search in sample.searches:
        values = {
            name: [[observable(kind) for kind in search.kinds]]
            for name, observable in OBSERVABLES.items()
        }
        for name, (runs, error) in judged.items():
            values[name] = [
                [score_of(error, *decoded(run.model, kind)) for kind in search.kinds]
                for run in runs
            ]
        reached[search.name] = {
            name: [figures(search, run) for run in runs] for name, runs in values.items()
        }
        seconds = {name: mean_seconds(runs) for name, (runs, _) in judged.items()}
        output.show(_table(search, len(sample.train), reached[search.name], seconds))
        panels[f"{search.name} against QCD"] = {name: curve(values[name][0]) for name in DRAWN}
    output.show("\n".join(verdicts(reached)))
    output.draw("detection", roc_curves(panels, dashed=OBSERVABLES))


def _judged(
    networks: Mapping[str, Sequence[Trained]],
) -> dict[str, tuple[Sequence[Trained], JetLoss]]:
    """Return the scores of networks: by name the runs, and what is a large error."""
    return {
        **{name: (runs, REST) for name, runs in networks.items()},
        "LGAE, error over mass": (networks["LGAE"], REST.over_mass),
        **{f"{name}, transverse": (runs, transverse_error) for name, runs in networks.items()},
    }


def _table(
    search: Search,
    jets: int,
    reached: Mapping[str, Sequence[Figures]],
    seconds: Mapping[str, float],
) -> Table:
    """Return the figures of each score, and below them those that are published."""
    low, high = search.window
    table = figure_table(
        f"{search.name} against QCD, trained on {jets} QCD jets, window {low:g}-{high:g} GeV"
    )
    for name, runs in reached.items():
        add_row(table, name, runs, seconds.get(name))
    for name, published in DETECTION.items():
        if search.name in published:
            table.add_row(name, *published[search.name].cells)
    return table
