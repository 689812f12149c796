"""How exactly the networks keep the symmetry, against the strength of the transformation."""

from __future__ import annotations

import math

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from benchmarks.anomaly.networks import graph, lorentz, trained
from benchmarks.anomaly.sample import Sample, Search
from coffea_lcf.models.reconstruction import JetLoss, ReconstructionError, in_laboratory
from coffea_lcf.nn.lorentz.equivariance import deviation
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import boost, rotation

GAMMAS = (1.1, 1.5, 3.0, 10.0, 30.0, 100.0)
ANGLES = (0.1, 0.5, 1.0, 2.0, math.pi)
DIRECTION = (1.0, 0.5, -1.0)

JETS = 100
"""Jets of QCD, and as many of the first signal."""

FRAMES = {f"γ = {gamma:g}": boost(gamma, DIRECTION) for gamma in GAMMAS} | {
    f"{angle:.1f} rad": rotation(angle, DIRECTION) for angle in ANGLES
}


def equivariance(sample: Sample, console: Console) -> None:
    """Print the largest and the median deviation over 200 jets, in float64."""
    p4, mask = _both(sample.searches[0])
    lgae, plain = (trained(build, sample)[0].model.double() for build in (lorentz(), graph()))
    table = Table(title=f"relative deviation of {len(p4)} jets, largest / median")
    columns = ("frame", "latent scalars", "latent vectors", "decoded", "score")
    for name in (*columns, "score, laboratory", "decoded, graph"):
        table.add_column(name, justify="left" if name == "frame" else "right")
    for name, matrix in FRAMES.items():
        latent = deviation(lambda p4: lgae.encode(p4, mask), p4, matrix)
        ours, rival = (_decoded(model, mask, p4, matrix) for model in (lgae, plain))
        laboratory = _decoded(lgae, mask, p4, matrix, ReconstructionError(in_laboratory))
        table.add_row(
            name,
            *map(_largest_and_median, (latent.scalars, latent.vectors, ours[1], ours[0])),
            *map(_largest_and_median, (laboratory[0], rival[1])),
        )
    console.print(table)


def _both(search: Search) -> tuple[Tensor, Tensor]:
    jets = search.background[:JETS], search.signal[:JETS]
    p4, mask = (torch.cat(parts) for parts in ([j.p4 for j in jets], [j.mask for j in jets]))
    return p4.double(), mask


def _decoded(
    model: nn.Module,
    mask: Tensor,
    p4: Tensor,
    matrix: Tensor,
    error: JetLoss = ReconstructionError(),  # noqa: B008 - frozen
) -> tuple[Tensor, Tensor]:
    """Return the deviations of the score and of the decoded momenta."""

    def function(p4: Tensor) -> Irreps:
        seen, decoded = model(p4, mask)
        return Irreps(error(seen, decoded).unsqueeze(-1), decoded)

    found = deviation(function, p4, matrix)
    return found.scalars, found.vectors


def _largest_and_median(values: Tensor) -> str:
    return f"{float(values.max()):.0e} / {float(values.median()):.0e}"
