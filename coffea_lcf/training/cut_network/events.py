"""Events of a joint training as tensors, and where its cuts start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.cut_network import SkimModel
from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.cuts.soft_cut import SoftCut
from coffea_lcf.errors import FitError, nearest
from coffea_lcf.selection import Case, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.network import EVALUATED
from coffea_lcf.training.recipe import Prior

TAIL = 0.005
"""Share of the signal outside of each boundary at the start: inside of the data, because
outside of it there is no gradient."""

MIDST = (0.16, 0.84)
"""Quantiles between which an observable is one scale wide to either side."""


@dataclass(frozen=True, eq=False)
class SkimEvents:
    """Events on one device.

    Attributes
    ----------
    x
        Observables in their units, which the cuts see, shape ``(N, F)``.
    inputs
        What the network sees, each of shape ``(N, ...)``: `x`, or p4 and mask of constituents.
    label, weight
        1 for signal, and weights of mean 1, shape ``(N,)``.
    """

    x: Tensor
    inputs: tuple[Tensor, ...]
    label: Tensor
    weight: Tensor

    def __getitem__(self, rows: Tensor) -> SkimEvents:
        """Return some of the events."""
        inputs = tuple(values[rows] for values in self.inputs)
        return SkimEvents(self.x[rows], inputs, self.label[rows], self.weight[rows])

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.x)


def to_device(
    table: ObservableTable,
    prior: Prior,
    device: torch.device,
    cloud: ParticleCloud | None = None,
) -> SkimEvents:
    """Return the events of `table`, weighted by `prior`, on `device`.

    The network sees the constituents `cloud` of the same rows, if there are any.
    """
    weight = prepare.training_weights(table, prior)
    columns = (table.matrix(), table.label.astype(np.float32), weight.astype(np.float32))
    x, label, weights = (torch.from_numpy(column).to(device) for column in columns)
    inputs = (x,) if cloud is None else constituents(cloud, device)
    return SkimEvents(x, inputs, label, weights)


def constituents(cloud: ParticleCloud, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """Return p4 ``(N, C, 4)``, float32, and mask ``(N, C)`` on `device`."""
    p4 = torch.from_numpy(np.ascontiguousarray(cloud.p4, np.float32))
    return p4.to(device), torch.from_numpy(np.ascontiguousarray(cloud.mask)).to(device)


def log_odds(model: SkimModel, inputs: tuple[Tensor, ...]) -> Tensor:
    """Return the log-odds of `inputs` ``(N, ...)``, some thousand at a time, shape ``(N,)``."""
    parts = zip(*(torch.split(values, EVALUATED) for values in inputs), strict=True)
    return torch.cat([model.log_odds(*part) for part in parts])


def widths(table: ObservableTable) -> dict[str, float]:
    """Return the typical width of each observable, which long tails do not widen.

    Raises
    ------
    FitError
        If an observable is constant.
    """
    _, deviation = prepare.standardisation(table)
    found = {}
    for (name, column), fallback in zip(table.columns.items(), deviation.tolist(), strict=True):
        low, high = np.quantile(column, MIDST)
        found[name] = float(high - low) / 2.0 or fallback
    return found


def starting_box(
    table: ObservableTable,
    scales: Mapping[str, float],
    directions: Mapping[str, Case | None],
    soft_cut: SoftCut,
    start: Selection,
) -> SoftBox:
    """Return soft cuts on all observables of `table`.

    Parameters
    ----------
    table
        The training events.
    scales
        Width by observable.
    directions
        Case by observable, where it is given; ``middle`` elsewhere.
    soft_cut
        The step at each boundary.
    start
        Boundaries to start from; those that it lacks start in the tails of the signal.

    Raises
    ------
    FitError
        For a direction of an unknown observable.
    """
    unknown = [name for name in directions if name not in table.names]
    if unknown:
        msg = f"direction given for {unknown[0]!r}, not in the table\n"
        msg += f"  nearest  {nearest(unknown[0], table.names)}"
        raise FitError(msg)
    cases = [directions.get(name, "middle") for name in table.names]
    ends = np.array([_ends(table, name, start) for name in table.names], np.float32)
    # an edge starts around the middle of the signal, with next to nothing cut away
    for row, (name, case) in enumerate(zip(table.names, cases, strict=True)):
        if case == "edge" and name not in start.observables:
            ends[row] = np.quantile(table[name][table.label], (0.5 - TAIL, 0.5 + TAIL))
    lower, upper = torch.from_numpy(ends.T.copy())
    scale = torch.tensor([scales[name] for name in table.names], dtype=torch.float32)
    return SoftBox(cases, lower, upper, scale, soft_cut)


def _ends(table: ObservableTable, name: str, start: Selection) -> NDArray[np.float64]:
    ends = np.quantile(table[name][table.label], (TAIL, 1.0 - TAIL))
    for cut in start.cuts:
        if cut.observable == name:
            given = (cut.lower, cut.upper)
            ends = np.array(
                [one if one is not None else end for one, end in zip(given, ends, strict=True)]
            )
    return np.asarray(ends)
