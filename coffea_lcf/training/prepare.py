"""From a table to tensors: finite rows, class priors, centers, standardisation."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.errors import FitError, nearest
from coffea_lcf.evaluation import parts
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.recipe import Prior

TAILS = (0.05, 0.95)
"""Quantiles of the signal between which its center is averaged."""


class DroppedEventsWarning(UserWarning):
    """Some events cannot take part in a fit."""


def usable(table: ObservableTable) -> ObservableTable:
    """Return the rows of `table` that can be fitted, with a warning for the others.

    Raises
    ------
    FitError
        If signal or background is missing, before or after.
    """
    if not _surely_finite(table):
        table = _finite(table)
    for name, count in (("signal", table.label), ("background", ~table.label)):
        if not count.any():
            msg = f"no {name} among the {len(table)} usable events: a fit needs both labels"
            raise FitError(msg)
    return table


def _surely_finite(table: ObservableTable) -> bool:
    """Return True if all is finite; also False if the sum of an observable is too large."""
    sums = [torch.from_numpy(column).sum() for column in table.columns.values()]
    return bool(torch.stack(sums).isfinite().all())


def _finite(table: ObservableTable) -> ObservableTable:
    """Return the finite rows of `table`, with a warning for the others."""
    keep = table.finite()
    dropped = int(len(table) - np.count_nonzero(keep))
    if not dropped:
        return table
    counts = {
        name: int(np.count_nonzero(~np.isfinite(column))) for name, column in table.columns.items()
    }
    worst = ", ".join(f"{name}: {count}" for name, count in counts.items() if count)
    message = f"{dropped} of {len(table)} events have NaN or infinite observables ({worst}); "
    message += "they are left out of the fit and fail the cuts"
    warnings.warn(message, DroppedEventsWarning, stacklevel=4)
    return table.select(keep)


def varied(
    table: ObservableTable, training: ObservableTable, all_of_training: ObservableTable
) -> ObservableTable:
    """Return the usable rows of a varied table, weighted to stand beside the training events.

    Parameters
    ----------
    table
        All events, varied.
    training
        The part of the nominal events that is trained on.
    all_of_training
        All nominal events: a varied yield is measured by theirs.

    Raises
    ------
    FitError
        If the observables are others.
    """
    if table.names != training.names:
        msg = f"varied observables {table.names} are not the nominal ones, {training.names}"
        raise FitError(msg)
    signal, background = np.divide(training.sumw(), all_of_training.sumw()).tolist()
    return table.scaled(signal, background).select(table.finite())


def training_weights(table: ObservableTable, prior: Prior) -> NDArray[np.float64]:
    """Return weights of mean 1, shape ``(N,)``, with the classes scaled to `prior`.

    Raises
    ------
    FitError
        If a class has no positive sum of weights.
    """
    background, signal = class_scales(table, prior)
    return table.scaled(signal, background).weight


def class_scales(table: ObservableTable, prior: Prior) -> tuple[float, float]:
    """Return the factors that make weights of background and signal those of a training.

    Raises
    ------
    FitError
        If a class has no positive sum of weights.
    """
    signals = int(np.count_nonzero(table.label))
    sums = sum(np.bincount(part.label, part.weight, minlength=2) for part in parts(table))
    background, signal = np.asarray(sums).tolist()
    return scales_of((len(table) - signals, signals), (background, signal), prior)


def scales_of(
    events: tuple[float, float], weights: tuple[float, float], prior: Prior
) -> tuple[float, float]:
    """Return the factors of `class_scales` from events and sums of weights of both classes.

    Raises
    ------
    FitError
        If a class has no positive sum of weights.
    """
    rows, (background, signal) = sum(events), weights
    total = background + signal
    for name, size in (("signal", signal), ("background", background)):
        if not size > 0:
            msg = f"the sum of weights of the {name} is {size:.6g}, and must be positive: "
            msg += "a fit needs both classes"
            raise FitError(msg)
    return {
        "sample": (rows / total, rows / total),
        "equal": (rows / (2.0 * background), rows / (2.0 * signal)),
        "events": (events[0] / background, events[1] / signal),
    }[prior]


def standardisation(table: ObservableTable) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each observable, shape ``(F,)``.

    Raises
    ------
    FitError
        If an observable is constant.
    """
    mean = [column.mean(dtype=np.float64) for column in table.columns.values()]
    scale = [column.std(dtype=np.float64) for column in table.columns.values()]
    for name, size in zip(table.names, scale, strict=True):
        if not size > 0:
            msg = f"observable {name!r} is {table[name][0]} in every event: leave it out"
            raise FitError(msg)
    return torch.tensor(mean, dtype=torch.float32), torch.tensor(scale, dtype=torch.float32)


def centers(table: ObservableTable, given: Mapping[str, float] | None = None) -> Tensor:
    """Return the center of each observable, shape ``(F,)``, in its unit.

    A center that is not `given` is the mean of the signal between its 5 % and
    95 % quantiles: inside of a peak, and between two of them, where the cases
    that are possible (left, right, middle, edge) start from.

    Raises
    ------
    FitError
        If a center is given for an observable that is not in the table, or is
        not finite.
    """
    given = dict(given or {})
    unknown = [name for name in given if name not in table.names]
    if unknown:
        msg = f"center given for {unknown[0]!r}, not in the table\n"
        msg += f"  nearest  {nearest(unknown[0], table.names)}"
        raise FitError(msg)
    bad = [name for name, value in given.items() if not math.isfinite(value)]
    if bad:
        msg = f"center of {bad[0]!r} is {given[bad[0]]}: it must be finite"
        raise FitError(msg)
    return torch.tensor(
        [
            given[name] if name in given else _signal_center(table, table[name])
            for name in table.names
        ],
        dtype=torch.float32,
    )


def _signal_center(table: ObservableTable, column: NDArray[np.float32]) -> float:
    signal = column[table.label]
    low, high = np.quantile(signal, TAILS)
    # negative weights would let a mean leave the range that it averages
    weight = np.maximum(table.weight[table.label], 0.0)
    return float(np.average(np.clip(signal, low, high), weights=weight))
