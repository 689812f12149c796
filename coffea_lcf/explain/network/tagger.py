"""All that is asked of one tagger, in words: constituents, pairs, latent nodes, silent nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from coffea_lcf.baselines.terminal import text_table
from coffea_lcf.explain import captum
from coffea_lcf.explain.network.activation import (
    LayerActivity,
    activation_pattern,
    sparsity_text,
)
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
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.training.tagger import LabelledJets

FEATURES = ("pt share", "η", "φ")
PAIR_FEATURES = ("ln Δ", "ln kT", "ln z", "ln m²")

STRIDE, STEPS = 8, 32
"""One jet of so many gets integrated gradients, of so many steps: they take the longest."""


@dataclass(frozen=True, eq=False)
class TaggerExplanation:
    """What a tagger on constituents looks at.

    Attributes
    ----------
    constituents, pairs
        Loss by rank in pt; `pairs` without all pairs of either member, empty but for a PFIN.
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
    constituents = constituent_importance(model, jets)
    pattern = activation_pattern(model, jets)
    if not isinstance(model, PFN | PFIN):
        return TaggerExplanation(constituents, pattern)
    return TaggerExplanation(
        constituents,
        pattern,
        pair_importance(model, jets, taken=all_of_both) if isinstance(model, PFIN) else {},
        _relevance(model, jets),
        latent_correlation(model, jets, observables) if observables else None,
    )


def _relevance(model: PFN | PFIN, jets: LabelledJets) -> dict[str, dict[str, float]]:
    found = {"LRP": feature_relevance(model, jets, lrp)}
    if captum.installed():
        some = replace(jets, inputs=tuple(one[::STRIDE] for one in jets.inputs))
        some = replace(some, label=jets.label[::STRIDE], weight=jets.weight[::STRIDE])
        found["IG"] = feature_relevance(model, some, partial(integrated_gradients, steps=STEPS))
    return found


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


def tagger_text(name: str, found: TaggerExplanation, width: int = 100) -> str:
    """Return `found` as plain text under the `name` of the tagger.

    Parameters
    ----------
    name
        Of the tagger.
    found
        From `explain_tagger`.
    width
        Columns of the terminal.
    """
    parts = [_losses(f"{name}: without a constituent", "constituent", found.constituents, width)]
    if found.pairs:
        title = f"{name}: when all pairs of two constituents are unheard"
        parts.append(_losses(title, "pair", found.pairs, width))
    for attribution, shares in found.relevance.items():
        told = ", ".join(f"{one} {100 * share:.1f} %" for one, share in shares.items())
        parts.append(f"{name}: shares in {attribution}: {told}\n")
    if found.latent is not None:
        told = ", ".join(
            f"{one} {value:+.2f} (node {node})"
            for one, (node, value) in found.latent.best().items()
        )
        parts.append(f"{name}: greatest Spearman correlation of a latent node: {told}\n")
    parts.append(sparsity_text(name, found.pattern))
    return "\n".join(parts)


def _losses(title: str, heading: str, losses: Mapping[Ranks, Loss], width: int) -> str:
    columns = {
        "AUC lost %": [f"{100 * loss.auc:.2f}" for loss in losses.values()],
        "MAD S": [f"{loss.signal:.3f}" for loss in losses.values()],
        "MAD B": [f"{loss.background:.3f}" for loss in losses.values()],
    }
    ranks = [" + ".join(str(rank + 1) for rank in one) for one in losses]
    return text_table(title, (heading, ranks), columns, width)
