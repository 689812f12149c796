"""What the autoencoders reconstruct, and what their latent spaces mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from benchmarks.anomaly.figures import add_row, figure_table, figures
from benchmarks.anomaly.jets import Jets
from benchmarks.anomaly.networks import Build, graph, lorentz, reconstructed, trained
from benchmarks.anomaly.sample import Sample
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.reconstruction import jet_mass
from coffea_lcf.nn.lorentz.minkowski import dot, square

NETWORKS: Mapping[str, Build] = {
    "LGAE, 2 vectors": lorentz(),
    "LGAE, 9 vectors": lorentz(latent_vectors=9),
    "graph autoencoder": graph(),
}


def residuals(sample: Sample, console: Console) -> None:
    """Print median and interquartile range of the relative errors of QCD jets."""
    table = Table(title="relative errors of QCD jets, median / interquartile range")
    for name in ("network", "jet mass", "jet pt", "CPU s"):
        table.add_column(name, justify="left" if name == "network" else "right")
    for name, build in NETWORKS.items():
        run = trained(build, sample)[0]
        target, decoded = reconstructed(run.model, sample.searches[0].background)
        cells = (
            _median_and_range(measure(decoded) / measure(target) - 1.0)
            for measure in (jet_mass, _jet_pt)
        )
        table.add_row(name, *cells, f"{run.seconds:.0f}")
    console.print(table)


def latent(sample: Sample, console: Console) -> None:
    """Print what the invariants of the latent vectors tell, and how they make up the jet."""
    model = trained(lorentz(), sample)[0].model
    search = sample.searches[0]
    table = figure_table(f"{search.name} against QCD, latent invariants of an LGAE")
    background, strange = (_invariants(model, jets) for jets in (search.background, search.signal))
    for title in background:
        values = background[title].numpy(), strange[title].numpy()
        sign = 1.0 if np.median(values[0]) <= np.median(values[1]) else -1.0
        run = figures(search, sign * values[0], sign * values[1])
        add_row(table, title if sign > 0 else f"−({title})", [run])
    console.print(table)
    weights, missing = _momentum_of_jet(model, search.background)
    terms = " + ".join(f"{weight:.2f} v{index}" for index, weight in enumerate(weights, 1))
    console.print(f"jet momentum ≈ {terms}, median of what is missing {missing:.3f}")


@torch.no_grad()
def _invariants(model: LorentzAutoencoder, jets: Jets) -> dict[str, Tensor]:
    features = model.encode(jets.p4, jets.mask)
    vectors = features.vectors.unbind(1)
    found = {f"s{index}": one for index, one in enumerate(features.scalars.unbind(1), 1)}
    for index, one in enumerate(vectors, 1):
        found[f"v{index}²"] = square(one)
        for other, two in enumerate(vectors[index:], index + 1):
            found[f"v{index}·v{other}"] = dot(one, two)
    return found | {f"(v1 + … + v{len(vectors)})²": square(features.vectors.sum(1))}


@torch.no_grad()
def _momentum_of_jet(model: LorentzAutoencoder, jets: Jets) -> tuple[list[float], float]:
    """Return the best weights of the latent vectors, and the median relative error of energies."""
    vectors = model.encode(jets.p4, jets.mask).vectors
    jet = jets.p4.sum(1)
    columns = vectors.transpose(1, 2).flatten(0, 1)
    weights = torch.linalg.lstsq(columns, jet.flatten().unsqueeze(1)).solution.squeeze(1)
    made = (weights[:, None] * vectors).sum(1)
    return weights.tolist(), float(((made - jet)[:, 0] / jet[:, 0]).abs().median())


def _jet_pt(p4: Tensor) -> Tensor:
    return p4.sum(1)[:, 1:3].norm(dim=-1)


def _median_and_range(values: Tensor) -> str:
    low, middle, high = np.nanpercentile(values.numpy(), [25, 50, 75])
    return f"{middle:+.3f} / {high - low:.3f}"
