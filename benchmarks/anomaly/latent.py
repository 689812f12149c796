"""What the latent space of the Lorentz-equivariant autoencoder means."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from benchmarks.anomaly.figures import add_row, figure_table, figures
from benchmarks.anomaly.networks import lorentz, tensors, trained
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.sample import Sample
from benchmarks.jets import Jets
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.nn.lorentz.minkowski import dot, square


def latent(sample: Sample, output: Output) -> None:
    """Print what the invariants of the latent vectors tell, and how they make up the jet."""
    model = trained(lorentz(), sample)[0].model
    search = sample.searches[0]
    table = figure_table(f"{search.name} against QCD, latent invariants of an LGAE")
    background, strange = (_invariants(model, jets) for jets in search.kinds)
    for title in background:
        values = background[title].numpy(), strange[title].numpy()
        sign = 1.0 if np.median(values[0]) <= np.median(values[1]) else -1.0
        run = figures(search, [sign * one for one in values])
        add_row(table, title if sign > 0 else f"−({title})", [run])
    output.show(table)
    weights, missing = _momentum_of_jet(model, search.background)
    terms = " + ".join(f"{weight:.2f} v{index}" for index, weight in enumerate(weights, 1))
    output.show(f"jet momentum ≈ {terms}, median of what is missing {missing:.3f}")


@torch.no_grad()
def _invariants(model: LorentzAutoencoder, jets: Jets) -> dict[str, Tensor]:
    features = model.encode(*tensors(jets))
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
    vectors = model.encode(*tensors(jets)).vectors
    jet = tensors(jets)[0].sum(1)
    columns = vectors.transpose(1, 2).flatten(0, 1)
    weights = torch.linalg.lstsq(columns, jet.flatten().unsqueeze(1)).solution.squeeze(1)
    made = (weights[:, None] * vectors).sum(1)
    return weights.tolist(), float(((made - jet)[:, 0] / jet[:, 0]).abs().median())
