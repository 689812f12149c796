"""Shapley values of the constituents of jets: what each adds to the log-odds when it joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from coffea_lcf.explain.network.constituents import LEADING, Ranks, by_pt
from coffea_lcf.explain.network.features import in_parts, undisturbed
from coffea_lcf.explain.relevance import weighted_mean
from coffea_lcf.explain.shapley import gains, orders_of
from coffea_lcf.training.tagger import LabelledJets

SAMPLES = 25
"""Orders in which constituents join; of a PFIN, values scatter by 0.05 around those of 400."""

PART = 32
"""Jets whose constituents join in the same orders."""


@dataclass(frozen=True)
class ShapleySizes:
    """How much constituents add to log-odds, whichever way.

    Attributes
    ----------
    jets
        How many jets were looked at.
    signal, background
        Mean of the absolute values of each class by rank in pt.
    """

    jets: int
    signal: Mapping[Ranks, float]
    background: Mapping[Ranks, float]


def constituent_shapley(
    model: nn.Module,
    jets: LabelledJets,
    leading: int = LEADING,
    samples: int = SAMPLES,
    seed: int = 0,
) -> dict[Ranks, NDArray[np.float64]]:
    """Return what each of the `leading` hardest constituents adds to the log-odds of its jet.

    One that has not joined yet is absent by the mask, as if it had never been in the jet, whose
    axis the others then make. Softer ones are always there: jets that are nearly empty are like
    none that a network has learned from, and what they would add drowns the rest. Each jet is
    evaluated ``samples * leading + 1`` times.

    Parameters
    ----------
    model
        A tagger on constituents, of finite log-odds for a jet without any.
    jets
        ``inputs`` are ``(p4, mask)``.
    leading
        How many ranks in pt join.
    samples
        Random orders.
    seed
        Of these orders.

    Returns
    -------
    dict
        Values ``(B,)`` by rank. Those of a jet sum to its log-odds less its log-odds without the
        `leading` hardest; a rank that it does not have gets exactly 0.

    Raises
    ------
    MissingExtraError
        If captum is not installed.
    """
    inputs = by_pt(jets).inputs
    ranks = min(leading, inputs[1].shape[1])
    with undisturbed(model), torch.no_grad(), orders_of(seed):
        parts = [_of_part(model, p4, mask, ranks, samples) for p4, mask in in_parts(inputs, PART)]
    values = torch.cat(parts).double().cpu().numpy()
    return {(rank,): own for rank, own in enumerate(values.T)}


def shapley_sizes(model: nn.Module, jets: LabelledJets) -> ShapleySizes:
    """Return the mean size of `constituent_shapley` in each class; errors are the same."""
    values = constituent_shapley(model, jets)
    label = jets.label.cpu().numpy() > 0.5
    weight = jets.weight.cpu().numpy().astype(np.float64)

    def means(rows: NDArray[np.bool_]) -> dict[Ranks, float]:
        return {one: weighted_mean(np.abs(own[rows]), weight[rows]) for one, own in values.items()}

    return ShapleySizes(len(jets), means(label), means(~label))


def _of_part(model: nn.Module, p4: Tensor, mask: Tensor, ranks: int, samples: int) -> Tensor:
    """Return the values of the first `ranks` slots of some sorted jets, shape ``(B, ranks)``."""
    hard, soft = mask[:, :ranks], mask[:, ranks:]

    def log_odds(joined: Tensor) -> Tensor:
        there: Tensor = model(p4, torch.cat([hard & joined.bool(), soft], 1))
        return there

    everybody = torch.ones_like(hard, dtype=p4.dtype)
    return gains(log_odds, everybody, torch.zeros_like(everybody), samples) * hard
