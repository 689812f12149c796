"""Optimisers of rectangular cuts: each returns one box per signal efficiency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint import BoxCuts, Events, optimise
from coffea_lcf.cuts.joint.box import Case, efficiencies
from coffea_lcf.cuts.objectives import BackgroundRejection

X = NDArray[np.float32]
Label = NDArray[np.int8]
Tool = Callable[[X, Label, Sequence[float], int], tuple[BoxCuts, ...]]
"""Observables, labels, signal efficiencies from low to high and a seed to boxes."""

PEEL = 0.005
"""Share of the signal that one step of greedy peeling gives away."""

CABIN_EPOCHS, CABIN_BATCHES = 400, 4
"""Passes over the events, and batches in each."""

CABIN_SLOPES = (2.0, 12.0)
"""Scale of CABIN's activation at the start and at the end."""


def joint(x: X, label: Label, points: Sequence[float], seed: int) -> tuple[BoxCuts, ...]:
    """Return our boxes, two-sided, direction learned."""
    return optimise(x, label, np.ones(len(x)), BackgroundRejection(points), seed=seed)


def peeling(x: X, label: Label, points: Sequence[float], _: int) -> tuple[BoxCuts, ...]:
    """Return boxes of greedy peeling: the side with most background per signal goes first."""
    inside = np.ones(len(x), bool)
    signal = label == 1
    total = int(signal.sum())
    ends = np.array([[-np.inf], [np.inf]]) * np.ones(x.shape[1])
    found: dict[float, BoxCuts] = {}
    for point in sorted(points, reverse=True):
        while (left := int((inside & signal).sum())) > point * total:
            quota = min(max(1, int(PEEL * left)), left - int(point * total))
            ends, inside = _peeled(x, signal, ends, inside, quota)
        found[point] = _box(*ends)
    return tuple(found[point] for point in points)


def cma_es(x: X, label: Label, points: Sequence[float], seed: int) -> tuple[BoxCuts, ...]:
    """Return boxes of CMA-ES on the hard counts, the miss of the efficiency a penalty."""
    import cma

    names = range(x.shape[1])
    levels = np.linspace(0.0, 1.0, 1001)
    quantiles = np.stack([np.quantile(x[label == 1, i], levels) for i in names])
    events = Events(x, label, np.ones(len(x)))

    def decoded(ends: NDArray[np.float64]) -> BoxCuts:
        at = np.clip(np.reshape(ends, (2, -1)), 0.0, 1.0)
        sides = [[np.interp(at[side, i], levels, quantiles[i]) for i in names] for side in (0, 1)]
        lower = np.where(at[0] <= 0.0, -np.inf, sides[0])
        return _box(lower, np.where(at[1] >= 1.0, np.inf, sides[1]))

    def cost(ends: NDArray[np.float64], point: float) -> float:
        box = decoded(ends)
        kept, background = (efficiencies(events, [box], of)[0] for of in (1, 0))
        miss = np.log(max(kept, 1e-6) / point)
        return float(np.log(background + 0.5 / len(x)) + 200.0 * miss**2)

    boxes = []
    for point in points:
        margin = 0.5 * (1.0 - point ** (1.0 / x.shape[1]))
        start = np.repeat([margin, 1.0 - margin], x.shape[1])
        options = {"seed": seed + 1, "verbose": -9, "maxfevals": 300 * x.shape[1]}
        best, _ = cma.fmin2(cost, start, 0.1, options, args=(point,))
        boxes.append(decoded(np.asarray(best)))
    return tuple(boxes)


def cabin(x: X, label: Label, points: Sequence[float], seed: int) -> tuple[BoxCuts, ...]:
    """Return boxes of CABIN, two-sided by doubled columns, inputs scaled, slope annealed."""
    import torch
    from cabin import EfficiencyScanNetwork, effic_loss_fn

    torch.manual_seed(seed)
    center, spread = np.median(x[label == 1], 0), x[label == 1].std(0)
    scaled = torch.from_numpy((x - center) / spread)
    doubled, target = torch.cat([scaled, scaled], 1), torch.from_numpy(label).float()
    signs = [1.0] * x.shape[1] + [-1.0] * x.shape[1]
    net = EfficiencyScanNetwork(len(signs), list(points), signs, CABIN_SLOPES[0])
    with torch.no_grad():
        for one in net.nets:
            one.bias.fill_(2.0)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.02)
    for epoch in range(CABIN_EPOCHS):
        share = epoch / (CABIN_EPOCHS - 1)
        for one in net.nets:
            one.activation_scale_factor = CABIN_SLOPES[0] ** (1 - share) * CABIN_SLOPES[1] ** share
        for rows in torch.randperm(len(x)).chunk(CABIN_BATCHES):
            optimiser.zero_grad()
            loss = effic_loss_fn(
                net(doubled[rows]),
                target[rows],
                len(signs),
                net,
                alpha=20.0,
                beta=1.0,
                gamma=1e-5,
                epsilon=1e-5,
            )
            loss.totalloss().backward()
            optimiser.step()
    ends = [one.get_cuts().detach().numpy().reshape(2, -1) * spread + center for one in net.nets]
    return tuple(_box(*end) for end in ends)


TOOLS: dict[str, Tool] = {"joint": joint, "peeling": peeling, "cma": cma_es, "cabin": cabin}


def _peeled(
    x: X,
    signal: NDArray[np.bool_],
    ends: NDArray[np.float64],
    inside: NDArray[np.bool_],
    quota: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return ends and events inside after the best peel of one side."""
    best, chosen = -1.0, (0, 0, 0.0)
    rows = np.flatnonzero(inside)
    for index, side in product(range(x.shape[1]), (0, 1)):
        column, mine = x[rows, index], signal[rows]
        values = column[mine]
        at = quota if side == 0 else len(values) - 1 - quota
        end = float(np.partition(values, at)[at])
        gone = column < end if side == 0 else column > end
        lost = max(int((gone & mine).sum()), 1)
        rate = float((gone & ~mine).sum()) / lost
        if rate > best:
            best, chosen = rate, (side, index, end)
    side, index, end = chosen
    ends = ends.copy()
    ends[side, index] = end
    return ends, inside & (x[:, index] >= end if side == 0 else x[:, index] <= end)


def _box(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> BoxCuts:
    """Return intervals as a box, infinite ends open."""
    named: dict[tuple[bool, bool], Case | None]
    named = {(True, True): "middle", (True, False): "right", (False, True): "left"}
    closed = zip(np.isfinite(lower).tolist(), np.isfinite(upper).tolist(), strict=True)
    cases = tuple(named.get(sides) for sides in closed)
    ends = [np.where(np.isfinite(end), end, np.nan).astype(np.float32) for end in (lower, upper)]
    return BoxCuts(cases, *ends)
