"""What the loss, and fewer jets to learn from, do to the Lorentz-equivariant autoencoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.anomaly.detection import REST
from benchmarks.anomaly.figures import Values, add_row, figure_table, figures
from benchmarks.anomaly.losses import LOSSES, laboratory_loss
from benchmarks.anomaly.networks import (
    Trained,
    lorentz,
    mean_seconds,
    scores,
    trained,
)
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import against
from benchmarks.anomaly.sample import Sample, Search
from coffea_lcf.models.reconstruction import JetLoss

SHARES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Shares of the training jets."""


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
            add_row(table, way, values, mean_seconds(runs))
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
        add_row(table, f"{len(few.train)} jets", found[-1], mean_seconds(runs))
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
