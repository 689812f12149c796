"""What single constituents and pairs of them are worth to a tagger, by their rank in pt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from coffea_lcf.baselines import roc
from coffea_lcf.explain.network.features import in_parts, undisturbed
from coffea_lcf.explain.relevance import relative_shift, weighted_mean, without_outliers
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.nn.deep_sets import by_falling_pt
from coffea_lcf.nn.pairwise import pair_numbers
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.tagger import LabelledJets

LEADING = 10
"""Ranks in pt that are told apart."""

WHISKER = 5.0
"""Beyond it a shift of the log-odds is an outlier; wider than for observables, as published."""

Ranks: TypeAlias = tuple[int, ...]
"""Places in falling pt, from 0: one of a constituent, two of a pair."""

TakenPairs: TypeAlias = Callable[[Tensor, int, int], Tensor]
"""From all pairs ``(2, P)`` and the ranks of one to those that are taken away, ``(P,)``."""


@dataclass(frozen=True)
class Loss:
    """What a tagger loses with something taken away.

    Attributes
    ----------
    auc
        Loss of AUC.
    signal, background
        MAD relevance, see `coffea_lcf.explain.mad_relevance`.
    """

    auc: float
    signal: float
    background: float


def constituent_importance(
    model: nn.Module, jets: LabelledJets, leading: int = LEADING
) -> dict[Ranks, Loss]:
    """Return what each of the `leading` hardest constituents is worth.

    A jet is scored as if the constituent had never been there, its axis too; one that has no
    other keeps it.

    Parameters
    ----------
    model
        A tagger on constituents.
    jets
        Jets of both labels; ``inputs`` are ``(p4, mask)``.
    leading
        How many ranks in pt.
    """
    ordered = by_pt(jets)
    p4, mask = ordered.inputs
    scores: dict[Ranks, NDArray[np.float64]] = {}
    for rank in range(min(leading, mask.shape[1])):
        left = mask.clone()
        left[:, rank] &= mask.sum(1) == 1
        scores[(rank,)] = _log_odds(model, p4, left)
    return _losses(_log_odds(model, p4, mask), scores, ordered)


def only_the_pair(pairs: Tensor, first: int, second: int) -> Tensor:
    """Take away the pair itself; `pairs` have shape ``(2, P)``, the result ``(P,)``."""
    return (pairs[0] == first) & (pairs[1] == second)


def all_of_both(pairs: Tensor, first: int, second: int) -> Tensor:
    """Take away all pairs of either member, as the published figures of arXiv:2210.04371 do."""
    return ((pairs == first) | (pairs == second)).any(0)


def pair_importance(
    model: PFIN, jets: LabelledJets, leading: int = 5, taken: TakenPairs = only_the_pair
) -> dict[Ranks, Loss]:
    """Return what the pairs among the `leading` hardest constituents are worth.

    Constituents stay; a PFIN no longer hears what it was told about the pairs.

    Parameters
    ----------
    model
        A PFIN.
    jets
        Jets of both labels; ``inputs`` are ``(p4, mask)``.
    leading
        How many ranks in pt.
    taken
        `only_the_pair` or `all_of_both`.
    """
    ordered = by_pt(jets)
    p4, mask = ordered.inputs
    pairs = pair_numbers(mask.shape[1], mask.device)
    scores: dict[Ranks, NDArray[np.float64]] = {}
    for first, second in combinations(range(min(leading, mask.shape[1])), 2):
        with _unheard(model, taken(pairs, first, second)):
            scores[(first, second)] = _log_odds(model, p4, mask)
    return _losses(_log_odds(model, p4, mask), scores, ordered)


def by_pt(jets: LabelledJets) -> LabelledJets:
    """Return `jets` with the constituents of each in falling pt, empty slots last."""
    p4, mask = jets.inputs
    filled = torch.arange(mask.shape[1], device=mask.device) < mask.sum(1, keepdim=True)
    return replace(jets, inputs=(by_falling_pt(p4, p4[..., 1:3].norm(dim=-1), mask), filled))


@contextmanager
def _unheard(model: PFIN, taken: Tensor) -> Iterator[None]:
    """Let the embeddings of the pairs `taken` ``(P,)`` be zero inside of the block."""
    hook = model.i1.register_forward_hook(lambda *call: call[2] * ~taken.unsqueeze(-1))
    try:
        yield
    finally:
        hook.remove()


@torch.no_grad()
def _log_odds(model: nn.Module, *inputs: Tensor) -> NDArray[np.float64]:
    with undisturbed(model):
        scores = torch.cat([model(*part) for part in in_parts(inputs)])
    return np.asarray(scores.double().cpu().numpy())


def _losses(
    full: NDArray[np.float64], scores: Mapping[Ranks, NDArray[np.float64]], jets: LabelledJets
) -> dict[Ranks, Loss]:
    label = jets.label.cpu().numpy() > 0.5
    weight = jets.weight.cpu().numpy().astype(np.float64)
    table = ObservableTable.from_arrays({"log-odds": full}, label, weight)
    area = roc(full, table).auc

    def loss(masked: NDArray[np.float64]) -> Loss:
        shift = relative_shift(full, masked)
        signal, background = (
            weighted_mean(without_outliers(shift[rows], WHISKER), weight[rows])
            for rows in (label, ~label)
        )
        return Loss(area - roc(masked, table).auc, signal, background)

    return {ranks: loss(masked) for ranks, masked in scores.items()}
