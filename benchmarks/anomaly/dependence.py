"""What the scores of the Lorentz-equivariant autoencoder depend on: mass and multiplicity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.table import Table
from scipy.stats import spearmanr

from benchmarks.anomaly.figures import Values
from benchmarks.anomaly.networks import lorentz, reconstructed, score_of, trained
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import profiles
from benchmarks.anomaly.sample import Sample
from benchmarks.jets import Jets
from coffea_lcf.models.lgae.score import SCORES

AXES: Mapping[str, tuple[str, Values]] = {
    "mass": ("jet mass [GeV]", np.arange(20.0, 241.0, 20.0)),
    "n_constituents": ("constituents", np.arange(10.0, 101.0, 10.0)),
}
"""Observables, what is written on their axes, and the edges of their bins."""


def dependence(sample: Sample, output: Output) -> None:
    """Show rank correlations among QCD jets, and draw the median score of each kind of jet."""
    single = [search for search in sample.searches if len(search.signals) == 1]
    kinds = {"QCD": single[0].background, **{one.name: one.signals[0] for one in single}}
    model = trained(lorentz(), sample)[0].model
    decoded = {kind: reconstructed(model, jets) for kind, jets in kinds.items()}
    table = Table(title="rank correlation of QCD jets")
    for name in ("score", *AXES):
        table.add_column(name, justify="left" if name == "score" else "right")
    panels = {}
    for name, error in SCORES.items():
        values = {kind: score_of(error, *decoded[kind]) for kind in kinds}
        table.add_row(name, *(_correlation(kinds["QCD"], axis, values["QCD"]) for axis in AXES))
        for axis, (label, edges) in AXES.items():
            panels[name, label] = (
                edges,
                {kind: (jets.observables[axis], values[kind]) for kind, jets in kinds.items()},
            )
    output.show(table)
    output.draw("dependence", profiles(panels, columns=len(AXES)))


def _correlation(jets: Jets, axis: str, values: Values) -> str:
    usable = np.isfinite(values)
    return f"{spearmanr(jets.observables[axis][usable], values[usable]).statistic:+.2f}"
