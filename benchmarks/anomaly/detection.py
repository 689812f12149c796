"""How well autoencoders that know only QCD jets find other jets, beside plain observables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.anomaly.figures import add_row, figure_table, figures
from benchmarks.anomaly.jets import Jets
from benchmarks.anomaly.networks import (
    LOSSES,
    Trained,
    graph,
    laboratory_loss,
    lorentz,
    scores,
    trained,
)
from benchmarks.anomaly.sample import Sample, Search
from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError, jet_mass
from coffea_lcf.nn.lorentz.ordering import leading

SLOTS = 30

SHARES = (0.02, 0.1, 0.3, 1.0)
"""Shares of the training jets."""

REST = ReconstructionError()

Score = Callable[[Jets], NDArray[Any]]


def mass_of_leading(jets: Jets) -> NDArray[Any]:
    """Return the mass of the constituents that the networks see."""
    values: NDArray[Any] = jet_mass(leading(jets.p4, jets.mask, SLOTS)[0]).numpy()
    return values


def nothing_reconstructed(jets: Jets) -> NDArray[Any]:
    """Return the error of a network that decodes zeros."""
    target, _ = leading(jets.p4, jets.mask, SLOTS)
    values: NDArray[Any] = REST(target, torch.zeros_like(target)).numpy()
    return values


OBSERVABLES: Mapping[str, Score] = {
    "jet mass": lambda jets: jets.mass,
    f"mass of {SLOTS} constituents": mass_of_leading,
    "−τ32": lambda jets: -jets.tau32,
    "zero reconstruction": nothing_reconstructed,
}


def detection(sample: Sample, console: Console) -> None:
    """Print a table for each signal: observables, both autoencoders, both scores."""
    equivariant = trained(lorentz(), sample)
    networks: Mapping[str, tuple[Sequence[Trained], JetLoss]] = {
        "graph autoencoder": (trained(graph(), sample), REST),
        "LGAE": (equivariant, REST),
        "LGAE, error over mass": (equivariant, REST.over_mass),
    }
    for search in sample.searches:
        title = f"{search.name} against QCD, trained on {len(sample.train)} QCD jets"
        table = figure_table(f"{title}, window {search.window[0]:g}-{search.window[1]:g} GeV")
        for name, observable in OBSERVABLES.items():
            values = observable(search.background), observable(search.signal)
            add_row(table, name, [figures(search, *values)])
        for name, (runs, error) in networks.items():
            add_network(table, name, runs, error, search)
        console.print(table)


def losses(sample: Sample, console: Console) -> None:
    """Print what the loss does, for the first signal: scored alike, and by what was minimised."""
    search = sample.searches[0]
    table = figure_table(f"{search.name} against QCD, LGAE by loss")
    for name, loss in LOSSES.items():
        runs = trained(lorentz(), sample, loss)
        add_network(table, name, runs, REST, search)
        if loss is laboratory_loss:
            add_network(table, f"{name}, own score", runs, loss, search)
    console.print(table)


def efficiency(sample: Sample, console: Console) -> None:
    """Print what fewer training jets do, for the first signal, at as many steps of training."""
    search = sample.searches[0]
    table = figure_table(f"{search.name} against QCD, LGAE by training jets")
    for share in SHARES:
        few = sample.first(share)
        add_network(table, f"{len(few.train)} jets", trained(lorentz(), few), REST, search)
    console.print(table)


def add_network(
    table: Table, name: str, runs: Sequence[Trained], error: JetLoss, search: Search
) -> None:
    """Add the figures of the runs of a network, and the mean of their CPU seconds."""
    values = [
        figures(
            search, *(scores(run.model, jets, error) for jets in (search.background, search.signal))
        )
        for run in runs
    ]
    add_row(table, name, values, float(np.mean([run.seconds for run in runs])))
