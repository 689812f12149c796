"""Newton's method for a single cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.training.distributed import counted, summed
from coffea_lcf.training.newton_step import ENOUGH, RIDGE, next_step, no_step

CHUNK = {"cpu": 131_072, "cuda": 1 << 24}
"""Events of a chunk by type of device: on a CPU its temporaries stay in the cache."""

MOST_PASSES = 40

EXACT = 1e-3
"""Distance from the minimum, in statistical errors, where a pass costs next to nothing."""


@dataclass(frozen=True)
class Column:
    """One observable of events, or of bins that stand for them.

    Attributes
    ----------
    x
        float32, ``(N,)``.
    label, weight
        1 for signal, 0 for background; sums of event weights. float32, ``(N,)``.
    """

    x: Tensor
    label: Tensor
    weight: Tensor

    def part(self, rows: slice) -> Column:
        """Return the events `rows`, without copying them."""
        return Column(self.x[rows], self.label[rows], self.weight[rows])

    def chunks(self, temporaries: int) -> Iterator[tuple[Tensor, ...]]:
        """Yield x, label, weight and memory ``(temporaries, n)`` of all events in order."""
        size = min(CHUNK[self.x.device.type], len(self.x))
        memory = self.x.new_empty(temporaries, size)
        events = (torch.split(part, size) for part in (self.x, self.label, self.weight))
        for x, label, weight in zip(*events, strict=True):
            # views cost as much as a kernel: only the last chunk needs one
            yield x, label, weight, memory if len(x) == size else memory[:, : len(x)]


@torch.no_grad()
def settle(one: LearnableCuts, column: Column) -> None:
    """Move the cut of `one`, with one repeat and observable, to its minimum on `column`.

    A pass is one Newton step, and near the minimum the error after a step is about
    the square of the step: a good start needs one. The offsets are taken at the center.
    """
    effective = one.effective()[0, :, 0]
    at_center = ((one.centers - one.mean) / one.scale).double()
    effective[:, 1] += effective[:, 0] * at_center
    last = no_step(effective)
    enough = EXACT if len(column.x) <= CHUNK["cpu"] else ENOUGH
    for _ in range(MOST_PASSES):
        gradient, curvature = _derivatives(one, effective, column)
        last = next_step(gradient, curvature, last)
        effective -= last.move
        error = torch.linalg.inv(curvature).diagonal(dim1=-2, dim2=-1).sqrt()
        # a step leaves up to about a third of its square
        if (last.move**2 / 3 <= enough * error).all():
            break
    effective[:, 1] -= effective[:, 0] * at_center
    one.set_effective(effective.view(1, 2, 1, 2))


def _derivatives(one: LearnableCuts, effective: Tensor, column: Column) -> tuple[Tensor, Tensor]:
    """Return gradient ``(2, 2)`` and curvature ``(2, 2, 2)`` of both neurons in (slope, offset).

    In ``d = x − center`` the logit is linear in ``min(d, 0), max(d, 0), d < 0, d > 0``,
    and all derivatives are sums of products with these four.
    """
    unit = torch.stack((one.scale, torch.ones_like(one.scale)), -1).double()
    line = (effective / unit).T.flatten().to(column.x.dtype)
    center = float(one.centers)
    sums = torch.zeros(3, 4, dtype=torch.float64, device=line.device)
    for x, label, weight, memory in column.chunks(temporaries=8):
        basis, (d, score, bend, size) = memory[:4], memory[4:]
        _expand(torch.sub(x, center, out=d), basis)
        torch.mv(basis.T, line, out=score).sigmoid_()
        torch.addcmul(score, score, score, value=-1, out=bend)
        bend.mul_(torch.abs(weight, out=size))
        sums[0] += basis @ score.sub_(label).mul_(weight)
        sums[1] += basis @ bend
        sums[2] += basis @ bend.mul_(d)
    gradient, bend1, bend2 = summed(sums).view(3, 2, 2)
    ridge = RIDGE * counted(len(column.x))
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
