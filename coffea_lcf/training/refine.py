"""From the minimum on a sample to the minimum on very many events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.cuts.harden import HardCuts
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.training.columns import Columns
from coffea_lcf.training.newton_step import RIDGE, next_step, no_step

CHUNK = {"cpu": 131_072, "cuda": 1 << 24}
"""Events of a chunk by type of device: on a CPU its temporaries stay in the cache."""

MOST_PASSES = 40

ENOUGH = 0.1
"""Distance from the minimum, in statistical errors, at which a cut is settled."""


@dataclass(frozen=True)
class _Column:
    """One observable of the events that are left, ``(N,)``, and memory for a chunk."""

    x: Tensor
    label: Tensor
    weight: Tensor
    basis: Tensor
    work: Tensor

    def chunks(self) -> Iterator[tuple[Tensor, ...]]:
        """Yield x, label, weight, basis ``(4, n)`` and work ``(4, n)`` of all events in order."""
        size = self.basis.shape[1]
        events = (torch.split(part, size) for part in (self.x, self.label, self.weight))
        for x, label, weight in zip(*events, strict=True):
            n = x.numel()
            # views cost as much as a kernel: only the last chunk needs them
            basis, work = (
                (self.basis, self.work) if n == size else (self.basis[:, :n], self.work[:, :n])
            )
            yield x, label, weight, basis, work


@torch.no_grad()
def refine(
    cuts: LearnableCuts, events: Columns, strategy: MaskedStrategy, threshold: float
) -> None:
    """Move the first repeat of `cuts` to the minimum on `events`, the others along with it.

    The cuts settle one after the other, each on the events that those before it
    leave. A pass over a column is one Newton step of its cut, and near the minimum
    the error after a step is about the square of the step: a good start needs one.

    Parameters
    ----------
    cuts
        Near the minimum. The repeats keep their distances to the first.
    """
    effective = cuts.effective()
    weight = events.weight.clone()
    size = min(CHUNK[weight.device.type], len(weight))
    basis, work = weight.new_empty(4, size), weight.new_empty(4, size)
    for i, x in enumerate(events.observables):
        one = cuts.nominal(slice(i, i + 1))
        column = _Column(x, events.label, weight, basis, work)
        _settle(one, column)
        effective[:, :, i] += one.effective()[0, :, 0] - effective[0, :, i]
        hard = strategy.leaves(one, threshold)
        if hard is not None and i + 1 < len(events.observables):
            _leave(hard, column)
    cuts.set_effective(effective)


def _leave(hard: HardCuts, column: _Column) -> None:
    """Give weight zero to the events that a single cut does not leave to later ones."""
    lower, upper, edge = float(hard.lower), float(hard.upper), bool(hard.edge)
    for x, _, weight, _, (below, above, *_) in column.chunks():
        # comparisons into floats, which multiply several times faster than booleans
        if edge:
            torch.lt(x, lower, out=below)
            torch.gt(x, upper, out=above)
            weight.mul_(torch.maximum(below, above, out=below))
            continue
        if lower > -torch.inf:
            weight.mul_(torch.gt(x, lower, out=above))
        if upper < torch.inf:
            weight.mul_(torch.lt(x, upper, out=below))


def _settle(one: LearnableCuts, column: _Column) -> None:
    """Move a single cut to its minimum, with its offsets taken at the center."""
    effective = one.effective()[0, :, 0]
    at_center = ((one.centers - one.mean) / one.scale).double()
    effective[:, 1] += effective[:, 0] * at_center
    last = no_step(effective)
    for _ in range(MOST_PASSES):
        gradient, curvature = _derivatives(one, effective, column)
        last = next_step(gradient, curvature, last)
        effective -= last.move
        error = torch.linalg.inv(curvature).diagonal(dim1=-2, dim2=-1).sqrt()
        # a step leaves up to about a third of its square
        if (last.move**2 / 3 <= ENOUGH * error).all():
            break
    effective[:, 1] -= effective[:, 0] * at_center
    one.set_effective(effective.view(1, 2, 1, 2))


def _derivatives(one: LearnableCuts, effective: Tensor, column: _Column) -> tuple[Tensor, Tensor]:
    """Return gradient ``(2, 2)`` and curvature ``(2, 2, 2)`` of both neurons in (slope, offset).

    In ``d = x − center`` the logit is linear in ``min(d, 0), max(d, 0), d < 0, d > 0``,
    and all derivatives are sums of products with these four.
    """
    unit = torch.stack((one.scale, torch.ones_like(one.scale)), -1).double()
    line = (effective / unit).T.flatten().to(column.x.dtype)
    center = float(one.centers)
    sums = torch.zeros(3, 4, dtype=torch.float64, device=line.device)
    for x, label, weight, basis, (d, score, bend, size) in column.chunks():
        _expand(torch.sub(x, center, out=d), basis)
        torch.mv(basis.T, line, out=score).sigmoid_()
        torch.addcmul(score, score, score, value=-1, out=bend)
        bend.mul_(torch.abs(weight, out=size))
        sums[0] += basis @ score.sub_(label).mul_(weight)
        sums[1] += basis @ bend
        sums[2] += basis @ bend.mul_(d)
    gradient, bend1, bend2 = sums.view(3, 2, 2)
    ridge = RIDGE * len(column.x)
    # sums run over (slope, offset) and then over sides, and d is not in standard deviations
    curvature = torch.stack((bend2[0], bend1[0], bend1[0], bend1[1]), -1).view(2, 2, 2)
    curvature = curvature / (unit.mT * unit)
    return gradient.T / unit, curvature + ridge * torch.eye(2, device=line.device)


def _expand(d: Tensor, basis: Tensor) -> None:
    """Write the four functions of `d`, ``(n,)``, into `basis`, ``(4, n)``."""
    torch.clamp(d, max=0.0, out=basis[0])
    torch.clamp(d, min=0.0, out=basis[1])
    torch.lt(d, 0.0, out=basis[2])
    torch.gt(d, 0.0, out=basis[3])
