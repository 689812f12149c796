"""What the latent nodes of a tagger are correlated with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.explain.correlation import spearman
from coffea_lcf.explain.network.features import in_parts, undisturbed
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.training.tagger import LabelledJets


@dataclass(frozen=True, eq=False)
class LatentCorrelation:
    """Correlation of the L latent nodes with O observables.

    Attributes
    ----------
    observables
        Their names.
    pearson, spearman
        In [-1, 1], shape ``(L, O)``; NaN for nodes that are constant.
    """

    observables: tuple[str, ...]
    pearson: NDArray[np.float64]
    spearman: NDArray[np.float64]

    def best(self) -> dict[str, tuple[int, float]]:
        """Return the node of greatest |Spearman| with each observable, and the coefficient."""
        found = {}
        for place, name in enumerate(self.observables):
            column = np.nan_to_num(self.spearman[:, place])
            node = int(np.abs(column).argmax())
            found[name] = (node, float(column[node]))
        return found


def latent_correlation(
    model: PFN | PFIN, jets: LabelledJets, observables: Mapping[str, NDArray[np.floating]]
) -> LatentCorrelation:
    """Return how the sum over constituents, node by node, goes with `observables`.

    Parameters
    ----------
    model
        A network with a sum over constituents.
    jets
        Jets of one or both labels; weights do not count.
    observables
        Finite numbers by name, each of shape ``(B,)``.
    """
    nodes = latent(model, jets)
    columns = np.column_stack([np.asarray(one, np.float64) for one in observables.values()])
    both, size = np.column_stack([nodes, columns]), nodes.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        linear = np.atleast_2d(np.corrcoef(both, rowvar=False))
    return LatentCorrelation(tuple(observables), linear[:size, size:], spearman(both)[:size, size:])


@torch.no_grad()
def latent(model: PFN | PFIN, jets: LabelledJets) -> NDArray[np.float64]:
    """Return the latent nodes of each jet, shape ``(B, L)``."""
    with undisturbed(model):
        nodes = torch.cat([model.latent(*part) for part in in_parts(jets.inputs)])
    return np.asarray(nodes.double().cpu().numpy())
