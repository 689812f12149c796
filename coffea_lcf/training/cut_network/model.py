"""Cuts with an untrained network behind them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import nn

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.cut_network import CutThenNetwork, CutThenTagger, SkimModel
from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.errors import FitError
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.nn.mlp import mlp
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.events import constituents
from coffea_lcf.training.cut_network.result import SkimFit
from coffea_lcf.training.cut_network.sample import SkimSample
from coffea_lcf.training.tagger import take_scales

HIDDEN = (16, 32, 64, 32, 16)
"""Widths of the hidden layers of the default network, those of arXiv:2503.22498."""

Network = nn.Module | Sequence[int]
"""A module that is copied, or hidden widths of a perceptron on observables."""


def new_model(
    box: SoftBox, network: Network, training: SkimSample, start: SkimFit | None, seed: int
) -> SkimModel:
    """Return cuts with a network: that of `start`, a copy of `network`, or one of its widths.

    Raises
    ------
    FitError
        If the network takes constituents and there are none, or the other way round.
    """
    if start is not None:
        network = start.scorer.model.network
    if training.cloud is not None:
        return _on_constituents(box, network, training.cloud, seed)
    return _on_observables(box, network, training.table, seed)


def _on_observables(
    box: SoftBox, network: Network, training: ObservableTable, seed: int
) -> CutThenNetwork:
    if isinstance(network, Tagger):
        msg = f"a {type(network).__name__} takes constituents, and there are none: give them as "
        msg += "constituents=ParticleCloud"
        raise FitError(msg)
    features = len(training.names)
    if isinstance(network, nn.Module):
        model = CutThenNetwork(box, deepcopy(network), features)
    else:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = CutThenNetwork(box, mlp([features, *network, 1]), features)
    model.standardise.measure(torch.from_numpy(training.matrix()))
    return model


def _on_constituents(
    box: SoftBox, network: Network, training: ParticleCloud, seed: int
) -> CutThenTagger:
    if not isinstance(network, nn.Module) or not hasattr(network, "standardise"):
        msg = f"a {type(network).__name__} is no network that takes constituents: give PFN(), "
        msg += "PFIN() or another module with the methods of a Tagger"
        raise FitError(msg)
    model = CutThenTagger(box, deepcopy(network))
    take_scales(model.network, constituents(training), seed)
    return model
