"""The reference: cuts that know nothing of the network behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.objectives import BackgroundRejection
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Case, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.calibrate import calibrated
from coffea_lcf.training.cut_network.events import widths
from coffea_lcf.training.fit import fit

PROBED = (0.99, 0.98, 0.96, 0.93, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""Signal efficiencies between which those of the budgets are interpolated."""


def cuts_alone(
    table: ObservableTable,
    constraints: Sequence[Constraint],
    directions: Mapping[str, Case | None],
    seed: int,
) -> tuple[Selection, ...]:
    """Return the joint cuts that are best on their own, for each of some constraints.

    Parameters
    ----------
    table
        The events.
    constraints
        All of background or all of signal. At a floor of signal the cuts keep the least
        background; at a budget of background they are those of the signal efficiency that
        leaves it.
    directions, seed
        As for `coffea_lcf.fit`.
    """
    usable = prepare.usable(table)
    efficiencies = np.array([constraint.efficiency for constraint in constraints])
    if not constraints[0].signal:
        probes = [evaluate(cuts, usable) for cuts in _fitted(usable, PROBED, directions, seed)]
        efficiencies = _signal_at(efficiencies, probes)
    found = _fitted(usable, efficiencies.tolist(), directions, seed)
    scales = widths(usable)
    return tuple(
        calibrated(cuts, usable, constraint, scales)
        for cuts, constraint in zip(found, constraints, strict=True)
    )


def _fitted(
    table: ObservableTable,
    efficiencies: Sequence[float],
    directions: Mapping[str, Case | None],
    seed: int,
) -> tuple[Selection, ...]:
    objective = BackgroundRejection(efficiencies)
    return fit(
        table,
        "joint",
        objective=objective,
        directions=directions,
        seed=seed,
        repeats=1,
        class_prior="equal",
    ).selections


def _signal_at(
    background: NDArray[np.float64], probes: Sequence[Mapping[str, float]]
) -> NDArray[np.float64]:
    """Return signal efficiencies of background efficiencies, interpolated in its logarithm."""
    known = sorted(
        (max(one["background_efficiency"], 1e-9), one["signal_efficiency"]) for one in probes
    )
    at, values = np.array([*known, (1.0, 1.0)]).T
    return np.asarray(np.clip(np.interp(np.log(background), np.log(at), values), PROBED[-1], 0.999))
