"""Events as tensors, one an observable, which share the memory of their table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class Columns:
    """Events of a fit on one device, column by column.

    On a CPU the observables are those of the table, not a copy of them.

    Parameters
    ----------
    observables
        float32, each ``(N,)``, finite.
    label, weight
        1 for signal, 0 for background; event weights of mean 1. float32, each ``(N,)``.
    """

    observables: tuple[Tensor, ...]
    label: Tensor
    weight: Tensor


def columns(
    table: ObservableTable,
    scales: tuple[float, float],
    stands: NDArray[np.float64] | float,
    device: torch.device,
) -> Columns:
    """Return the events of `table` as tensors.

    Parameters
    ----------
    scales
        Factors of the weights of background and signal.
    stands
        Number of events that a row stands for, ``(N,)``, or 1.
    """
    background, signal = scales
    label = torch.from_numpy(table.label).float()
    weight = torch.from_numpy(table.weight).float()
    weight.addcmul_(weight, label, value=signal / background - 1.0).mul_(background)
    if isinstance(stands, np.ndarray):
        weight *= torch.from_numpy(stands / stands.mean()).float()
    return Columns(
        tuple(torch.from_numpy(column).to(device) for column in table.columns.values()),
        label.to(device),
        weight.to(device),
    )
