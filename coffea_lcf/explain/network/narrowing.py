"""Linear layers with fewer nodes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


def working(busiest: NDArray[np.float64], threshold: float) -> NDArray[np.intp]:
    """Return the nodes that are not below `threshold`, in their order, the busiest in any case."""
    return busiest_nodes(busiest, max(1, int(np.count_nonzero(busiest >= threshold))))


def equally_many(
    layers: Mapping[str, NDArray[np.float64]], threshold: float
) -> dict[str, NDArray[np.intp]]:
    """Return nodes of layers that must be equally wide: as many of each as the most that work."""
    count = max(len(working(busiest, threshold)) for busiest in layers.values())
    return {name: busiest_nodes(busiest, count) for name, busiest in layers.items()}


def busiest_nodes(busiest: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Return the `count` nodes of greatest activity, in their order."""
    return np.sort(np.argsort(-busiest, kind="stable")[:count])


@torch.no_grad()
def part_of(
    layer: nn.Linear, rows: NDArray[np.intp] | None, columns: NDArray[np.intp] | None
) -> nn.Linear:
    """Return `layer` with some of its outputs `rows` and inputs `columns`; None takes all."""
    weight: Tensor = layer.weight
    bias: Tensor = layer.bias
    if columns is not None:
        weight = weight[:, torch.from_numpy(columns).to(weight.device)]
    if rows is not None:
        some = torch.from_numpy(rows).to(weight.device)
        weight, bias = weight[some], bias[some]
    outputs, inputs = weight.shape
    part = nn.Linear(inputs, outputs, device=weight.device, dtype=weight.dtype)
    part.weight.copy_(weight)
    part.bias.copy_(bias)
    return part
