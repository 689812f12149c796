"""How exactly the networks keep the symmetry, against the strength of the transformation."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from rich.table import Table
from torch import Tensor, nn

from benchmarks.anomaly.detection import NETWORKS
from benchmarks.anomaly.networks import tensors, trained
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import deviations
from benchmarks.anomaly.sample import Sample, Search
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.reconstruction import ReconstructionError, in_laboratory
from coffea_lcf.nn.lorentz.equivariance import deviation
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import boost, rotation

GAMMAS = (1.5, 3.0, 10.0, 100.0)
ANGLES = (0.5, math.pi)
DIRECTION = (1.0, 0.5, -1.0)

JETS = 100
"""Jets of QCD, and as many of the first signal."""

SCORES = {
    "score": ReconstructionError(),
    "score in the laboratory": ReconstructionError(in_laboratory),
}

FRAMES = {f"γ = {gamma:g}": boost(gamma, DIRECTION) for gamma in GAMMAS} | {
    f"{angle:.1f} rad": rotation(angle, DIRECTION) for angle in ANGLES
}

PUBLISHED = {1.0: 2e-10, 10.0: 1e-7, 100.0: 2e-5}
"""Read off figures of arXiv:2212.07347: a ratio of means over jets, where signs cancel."""


def equivariance(sample: Sample, output: Output) -> None:
    """Show the largest and the median deviation over 200 jets, in float64, after training."""
    p4, mask = _both(sample.searches[0])
    table = Table(title=f"relative deviation of {len(p4)} jets, largest / median")
    table.add_column("network: quantity")
    for name in FRAMES:
        table.add_column(name, justify="right")
    drawn = {"LGAE, published, of means": {gamma: (one, one) for gamma, one in PUBLISHED.items()}}
    for name, contender in NETWORKS.items():
        model = trained(contender, sample)[0].model.double()
        frames = [by_quantity(model, p4, mask, matrix) for matrix in FRAMES.values()]
        for quantity in frames[0]:
            found = [frame[quantity] for frame in frames]
            table.add_row(f"{name}: {quantity}", *map(_largest_and_median, found))
        decoded = (frame["decoded"] for frame in frames)
        drawn[name] = {
            gamma: (float(values.median()), float(values.max()))
            for gamma, values in zip(GAMMAS, decoded, strict=False)
        }
    output.show(table)
    output.draw("equivariance", deviations(drawn))


def by_quantity(model: nn.Module, p4: Tensor, mask: Tensor, matrix: Tensor) -> Mapping[str, Tensor]:
    """Return the relative deviations ``(B,)`` of what `model` makes of jets ``(B, N, 4)``."""
    found = {}
    if isinstance(model, LorentzAutoencoder):
        latent = deviation(lambda p4: model.encode(p4, mask), p4, matrix)
        found = {"latent scalars": latent.scalars, "latent vectors": latent.vectors}
    for name, error in SCORES.items():

        def decoded(p4: Tensor, error: ReconstructionError = error) -> Irreps:
            seen, momenta = model(p4, mask)
            return Irreps(error(seen, momenta).unsqueeze(-1), momenta)

        both = deviation(decoded, p4, matrix)
        found |= {"decoded": both.vectors, name: both.scalars}
    return found


def _both(search: Search) -> tuple[Tensor, Tensor]:
    jets = [tensors(kind.select(slice(JETS))) for kind in search.kinds]
    p4, mask = (torch.cat(parts) for parts in zip(*jets, strict=True))
    return p4.double(), mask


def _largest_and_median(values: Tensor) -> str:
    return f"{float(values.max()):.0e} / {float(values.median()):.0e}"
