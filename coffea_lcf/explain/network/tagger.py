"""All that is asked of one tagger: constituents, pairs, features, latent and silent nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from coffea_lcf.explain import captum
from coffea_lcf.explain.network.activation import LayerActivity, activation_pattern
from coffea_lcf.explain.network.constituents import (
    Loss,
    Ranks,
    all_of_both,
    constituent_importance,
    pair_importance,
)
from coffea_lcf.explain.network.features import in_parts
from coffea_lcf.explain.network.gradients import integrated_gradients
from coffea_lcf.explain.network.latent import LatentCorrelation, latent_correlation
from coffea_lcf.explain.network.lrp import lrp
from coffea_lcf.explain.network.shapley import ShapleySizes, shapley_sizes
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.training.tagger import LabelledJets

FEATURES = ("pt share", "η", "φ")
PAIR_FEATURES = ("ln Δ", "ln kT", "ln z", "ln m²")

GRADIENTS, STEPS = 500, 32
"""Jets that get integrated gradients, of so many steps."""

JOINED = 250
"""Jets that get Shapley values; for each, a network is evaluated 250 times."""


@dataclass(frozen=True, eq=False)
class TaggerExplanation:
    """What a tagger on constituents looks at.

    Attributes
    ----------
    constituents, pairs
        Loss by rank in pt; `pairs` without all pairs of either member, empty but for a PFIN.
    shapley
        Of some of the jets; None without captum.
    relevance
        Share of each feature in what an attribution gives to all, by the name of the
        attribution: LRP, and IG if captum is installed; empty for a network whose inputs are
        slots.
    latent
        Correlation of the nodes of the sum over constituents, None without such a sum.
    pattern
        Activity of the nodes.
    """

    constituents: Mapping[Ranks, Loss]
    pattern: tuple[LayerActivity, ...]
    shapley: ShapleySizes | None = None
    pairs: Mapping[Ranks, Loss] = field(default_factory=dict)
    relevance: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    latent: LatentCorrelation | None = None


def explain_tagger(
    model: nn.Module,
    jets: LabelledJets,
    observables: Mapping[str, NDArray[np.floating]] | None = None,
) -> TaggerExplanation:
    """Return what `model`, a tagger on constituents, looks at.

    Parameters
    ----------
    model
        On the device of `jets`; it stays as it is.
    jets
        Some thousand jets of both labels, best such that it has not seen;
        ``inputs`` are ``(p4, mask)``.
    observables
        By name, finite, of shape ``(B,)``, for the latent nodes; none for no correlation.
    """
    alone = TaggerExplanation(
        constituent_importance(model, jets),
        activation_pattern(model, jets),
        shapley_sizes(model, _some(jets, JOINED)) if captum.installed() else None,
    )
    if not isinstance(model, PFN | PFIN):
        return alone
    return replace(
        alone,
        pairs=pair_importance(model, jets, taken=all_of_both) if isinstance(model, PFIN) else {},
        relevance=_relevance(model, jets),
        latent=latent_correlation(model, jets, observables) if observables else None,
    )


def _relevance(model: PFN | PFIN, jets: LabelledJets) -> dict[str, dict[str, float]]:
    found = {"LRP": feature_relevance(model, jets, lrp)}
    if captum.installed():
        along = partial(integrated_gradients, steps=STEPS)
        found["IG"] = feature_relevance(model, _some(jets, GRADIENTS), along)
    return found


def _some(jets: LabelledJets, count: int) -> LabelledJets:
    """Return at most `count` of the jets, always the same ones."""
    order = torch.randperm(len(jets), generator=torch.Generator().manual_seed(0))
    rows = order[:count].to(jets.label.device)
    return LabelledJets(
        tuple(one[rows] for one in jets.inputs), jets.label[rows], jets.weight[rows]
    )


def feature_relevance(
    model: PFN | PFIN, jets: LabelledJets, attribution: Callable[..., tuple[Tensor, ...]]
) -> dict[str, float]:
    """Return the share that each feature has in the absolute sum of an attribution.

    Summed over constituents or pairs, and over jets by their weight.

    Parameters
    ----------
    model
        The tagger.
    jets
        Jets with ``inputs`` of ``(p4, mask)``.
    attribution
        `coffea_lcf.explain.network.lrp.lrp`, or
        `coffea_lcf.explain.network.gradients.integrated_gradients`.

    Returns
    -------
    dict
        Shares that sum to 1, of (pt share, η, φ) and, for a PFIN, of
        `coffea_lcf.nn.pairwise.pair_features`.
    """
    total = 0.0
    for p4, mask, weight in in_parts((*jets.inputs, jets.weight)):
        parts = [one.abs().sum(1) for one in attribution(model, p4, mask)]
        sizes = np.concatenate([one.double().cpu().numpy() for one in parts], axis=1)
        total = total + weight.double().cpu().numpy() @ sizes
    shares = total / np.sum(total)
    return dict(zip(FEATURES + PAIR_FEATURES, map(float, shares), strict=False))
