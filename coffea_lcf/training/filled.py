"""Parallel cuts from histograms that somebody else has filled, wherever the events are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.bins import BINS
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import Parallel
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import parts
from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.census import Census, finite_rows, take_census
from coffea_lcf.training.histograms import Bins
from coffea_lcf.training.recipe import Prior, Recipe
from coffea_lcf.training.stream_bins import ColumnOf, Stream, bins_around, given
from coffea_lcf.training.stream_fit import StreamTask, learn_stream
from coffea_lcf.training.streaming import SAMPLE
from coffea_lcf.training.surviving import surviving


@dataclass(frozen=True, eq=False)
class FillPlan:
    """The histograms that a fit needs.

    Attributes
    ----------
    bins
        Bins by observable: `coffea_lcf.bins.filled` takes center and scale.
    table
        The events that the plan was made of, behind the fixed cuts.
    census
        Those that the cuts start on.
    fixed, centers, seed
        As they were given.
    """

    bins: Mapping[str, Bins]
    table: ObservableTable
    census: Census
    fixed: tuple[Cut, ...]
    centers: Mapping[str, float]
    seed: int


def plan_histograms(
    table: ObservableTable,
    *,
    centers: Mapping[str, float] | None = None,
    fixed: Sequence[Cut] = (),
    seed: int = 0,
) -> FillPlan:
    """Return the histograms to fill for parallel cuts, planned on some of the events.

    Parameters
    ----------
    table
        Evenly spread events, which the histograms should not hold again.
    centers
        Center by observable; found from the signal of `table` if not given.
    fixed
        Cuts that come first; events that fail them belong into no histogram.
    seed
        Seed of the sample that the cuts start on.

    Raises
    ------
    FitError
        For a missing class, a constant observable or an unknown center.
    """
    left = surviving(table, fixed)
    census = take_census([left], SAMPLE, np.random.default_rng(seed))
    found = prepare.centers(census.sample, centers).tolist()
    bins = dict(zip(left.names, bins_around(found, census.sample), strict=True))
    return FillPlan(bins, finite_rows(left), census, tuple(fixed), dict(centers or {}), seed)


def fit_histograms(
    plan: FillPlan,
    sums: Mapping[str, NDArray[np.float64]],
    events: tuple[int, int],
    *,
    threshold: float = 0.5,
    repeats: int | None = None,
    class_prior: Prior = "sample",
) -> FitResult:
    """Learn parallel cuts from filled histograms, as `coffea_lcf.fit` does from their events.

    Parameters
    ----------
    plan
        Of `plan_histograms`.
    sums
        Sums of weights of background and signal in the bins of each observable of the
        plan, ``(2, 4096)``.
    events
        Number of events of background and signal in them.
    threshold, repeats, class_prior
        As of `coffea_lcf.fit`.

    Returns
    -------
    FitResult
        Its figures are those on the events of the plan, which also tell whether a cut
        separates the classes.

    Raises
    ------
    FitError
        If the histograms are not those of the plan, or a class has no positive weight.
    """
    _check(plan, sums)
    weights = next(iter(sums.values())).sum(axis=1)
    scales = prepare.scales_of(events, (float(weights[0]), float(weights[1])), class_prior)
    per_class = np.array(events) / np.bincount(plan.census.sample.label, minlength=2)
    recipe = Recipe(class_prior=class_prior)
    task = StreamTask(
        replace(plan.census, stands=per_class[plan.census.sample.label.astype(int)]),
        Stream(lambda: parts(plan.table), scales, plan.census.sample, sum(events)),
        Parallel(),
        recipe if repeats is None else replace(recipe, repeats=repeats),
        plan.centers,
        plan.fixed,
        threshold,
        plan.seed,
    )

    def filled(task: StreamTask, _: LearnableCuts) -> ColumnOf:
        factors = torch.tensor(scales, dtype=torch.float64)[:, None]
        own = [factors * torch.from_numpy(sums[name]) for name in plan.bins]
        return given(task.stream, list(plan.bins.values()), own)

    return learn_stream(task, filled)


def _check(plan: FillPlan, sums: Mapping[str, NDArray[np.float64]]) -> None:
    if set(sums) != set(plan.bins):
        msg = f"histograms of {sorted(sums)}, and the plan is of {sorted(plan.bins)}"
        raise FitError(msg)
    for name, one in sums.items():
        if one.shape != (2, BINS):
            msg = f"histogram of {name!r} of shape {one.shape}: (2, {BINS}) is sums of weights "
            msg += "of background and signal in each bin"
            raise FitError(msg)
