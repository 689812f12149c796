"""One soft cut by gradients, and what its softness costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from coffea_lcf.cuts.joint import BoxCuts, Events, polish
from coffea_lcf.cuts.objectives import Objective
from coffea_lcf.cuts.soft_cut import SoftCut
from coffea_lcf.errors import FitError
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare

STEPS = 600
LEARNING_RATE = 0.02

SoftScore = Callable[[Tensor, Tensor], Tensor]
"""From soft signal and background efficiencies to a score, with gradients."""


@dataclass(frozen=True)
class OneCut:
    """A lower boundary found by gradients, and after an exact polish.

    Attributes
    ----------
    soft, polished
        Boundary of the soft optimum and of the best hard cut near it.
    soft_score, polished_score
        Scores of both as hard cuts.
    """

    soft: float
    polished: float
    soft_score: float
    polished_score: float


def soft_s_over_sqrt_b(signal: Tensor, background: Tensor) -> Tensor:
    """Return ``ε_s / sqrt(ε_b)``, with gradients."""
    return signal / background.clamp_min(1e-9).sqrt()


def one_cut(
    table: ObservableTable,
    objective: Objective,
    soft_cut: SoftCut,
    slope: float,
    soft_score: SoftScore = soft_s_over_sqrt_b,
) -> OneCut:
    """Return the best lower boundary of the only observable of `table`.

    Gradients of all events move a soft cut of fixed slope from the median; its optimum is
    biased, and a polish on hard counts then finds the best boundary from there.

    Parameters
    ----------
    table
        Events of one observable.
    objective
        Scores hard cuts.
    soft_cut, slope
        The step and its steepness, in the inverse unit of the observable.
    soft_score
        The same score for gradients, up to a factor.

    Raises
    ------
    FitError
        For a table of several observables, or of one class.
    """
    if len(table.names) != 1:
        msg = f"one observable is needed, not {', '.join(table.names)}"
        raise FitError(msg)
    usable = prepare.usable(table)
    x = torch.from_numpy(usable.matrix()[:, 0]).double()
    shares = torch.stack(
        [torch.from_numpy(usable.weight * of) for of in (usable.label, ~usable.label)]
    )
    shares /= shares.sum(1, keepdim=True)
    boundary = torch.nn.Parameter(x.median())
    optimiser = torch.optim.Adam([boundary], lr=LEARNING_RATE * float(x.std()))
    for _ in range(STEPS):
        optimiser.zero_grad()
        signal, background = shares @ soft_cut(x - boundary, slope)
        (-soft_score(signal, background)).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    events = Events(usable.matrix(), usable.label.astype(np.int8), usable.weight)
    soft = BoxCuts(
        ("right",), np.array([boundary.item()], np.float32), np.array([np.nan], np.float32)
    )
    polished = polish(events, soft, objective.score, directions={0: "right"})
    passing = soft.passes(events.x)
    kept = [float(share[passing].sum()) for share in shares.numpy()]
    return OneCut(
        float(soft.lower[0]),
        float(polished.lower[0]),
        float(objective.score(*kept)),
        polished.objective,
    )
