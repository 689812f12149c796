"""The measures of worth by name, each a function of a predictor and a sample of events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.baselines import roc
from coffea_lcf.explain import captum
from coffea_lcf.explain.masking import Mask, MeanMask, PermutationMask, auc_loss
from coffea_lcf.explain.relevance import mad_relevance
from coffea_lcf.explain.retraining import retrained_without
from coffea_lcf.explain.shapley import shapley_values
from coffea_lcf.explain.worth import Column, Names, Predictor, Sample, Worth

Measure: TypeAlias = Callable[[Predictor, Sample], Column | None]
"""Returns nothing where the measure makes no sense for the predictor."""

LEARNED, DROPPED, RETRAINED = "learned", "no cut", "retrained"


def noted(measure: str) -> Measure:
    """Return the measure that says what is known already under that name."""
    return lambda predictor, _: predictor.noted.get(measure)


def mean_masked(predictor: Predictor, sample: Sample) -> Column:
    """Return what the AUC loses when the observables have their mean."""
    return _masked(predictor, sample, MeanMask())


def permuted(predictor: Predictor, sample: Sample) -> Column:
    """Return what the AUC loses when events exchange the observables."""
    return _masked(predictor, sample, PermutationMask())


def _masked(predictor: Predictor, sample: Sample, mask: Mask) -> Column:
    losses = auc_loss(predictor.scorer, sample.test, sample.taken, mask, sample.seed)
    return {names: loss.value for names, loss in losses.items()}


def mad_signal(predictor: Predictor, sample: Sample) -> Column | None:
    """Return the MAD relevance of signal events."""
    if not predictor.log_odds:
        return None
    found = mad_relevance(predictor.scorer, sample.events, sample.taken)
    return {names: one.signal for names, one in found.items()}


def mad_background(predictor: Predictor, sample: Sample) -> Column | None:
    """Return the MAD relevance of background events."""
    if not predictor.log_odds:
        return None
    found = mad_relevance(predictor.scorer, sample.events, sample.taken)
    return {names: one.background for names, one in found.items()}


def integrated(predictor: Predictor, sample: Sample) -> Column | None:
    """Return the mean size of the integrated gradients."""
    if predictor.network is None or not captum.installed():
        return None
    import torch

    from coffea_lcf.explain.network.features import of_scorer
    from coffea_lcf.explain.network.gradients import integrated_gradients

    network = predictor.network
    inputs = torch.from_numpy(sample.events.only(network.observables).matrix())
    (parts,) = integrated_gradients(of_scorer(network), inputs.to(network.mean.device))
    return mean_size(parts.cpu().numpy(), network.observables, sample)


def propagated(predictor: Predictor, sample: Sample) -> Column | None:
    """Return the mean size of the relevance that LRP propagates."""
    if predictor.network is None:
        return None
    import torch

    from coffea_lcf.explain.network.features import of_scorer
    from coffea_lcf.explain.network.lrp import lrp

    network = predictor.network
    inputs = torch.from_numpy(sample.events.only(network.observables).matrix())
    (parts,) = lrp(of_scorer(network), inputs.to(network.mean.device))
    return mean_size(parts.cpu().numpy(), network.observables, sample)


def shapley(predictor: Predictor, sample: Sample) -> Column | None:
    """Return the mean size of the Shapley values of the score."""
    if not captum.installed():
        return None
    parts = shapley_values(predictor.scorer, sample.events, seed=sample.seed)
    return mean_size(parts, sample.events.names, sample)


def retrained(predictor: Predictor, sample: Sample) -> Column | None:
    """Return what the AUC loses when the predictor learns without the observables."""
    if predictor.fit is None:
        return None
    needed = predictor.needed
    taken = [
        names
        for names in sample.taken
        if not needed & {*names} and {*sample.test.names} - needed - {*names}
    ]
    seeds = range(sample.seed, sample.seed + predictor.trainings)
    losses = retrained_without(predictor.fit, sample.training, sample.test, taken, seeds)
    return {names: loss.value for names, loss in losses.items()}


MEASURES: Mapping[str, Measure] = {
    LEARNED: noted(LEARNED),
    DROPPED: noted(DROPPED),
    "mean": mean_masked,
    "permuted": permuted,
    "MAD S": mad_signal,
    "MAD B": mad_background,
    "IG": integrated,
    "LRP": propagated,
    "Shapley": shapley,
    RETRAINED: retrained,
}
"""In the order of the columns."""

AREAS = (DROPPED, "mean", "permuted", RETRAINED)
"""Those that are a loss of AUC, and so may be compared in size."""


def measure(predictor: Predictor, sample: Sample) -> Worth:
    """Return the columns of `predictor` that make sense and whose library is installed.

    Raises
    ------
    TableError
        If the sum of weights of a class is not positive.
    """
    columns = {name: one(predictor, sample) for name, one in MEASURES.items()}
    return Worth(
        predictor.name,
        roc(predictor.scorer(sample.test), sample.test).auc,
        {name: column for name, column in columns.items() if column is not None},
    )


def mean_size(parts: NDArray[np.floating], observables: Sequence[str], sample: Sample) -> Column:
    """Return the weighted mean of the absolute sums over the observables taken away.

    Parameters
    ----------
    parts
        What each of `observables` gives each of the explained events, shape ``(N, F)``; others
        give nothing.
    observables
        F names.
    sample
        Whose events these are.
    """
    weight = sample.events.weight.clip(min=0.0)
    place = {name: order for order, name in enumerate(observables)}

    def column(names: Names) -> float:
        together = parts[:, [place[name] for name in names if name in place]].sum(1)
        return float(np.average(np.abs(together), weights=weight))

    return {names: column(names) for names in sample.taken}
