"""A smaller network: the nodes that are silent for both classes are taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast

import numpy as np
from numpy.typing import NDArray
from torch import nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.activation import (
    SILENT,
    LayerActivity,
    activation_pattern,
    rectified,
)
from coffea_lcf.explain.network.narrowing import part_of, working
from coffea_lcf.explain.network.narrowing_pfin import narrow_pfin
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.models.topodnn import TopoDNN
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.network_state import NetworkHistory
from coffea_lcf.training.tagger import LabelledJets, train_tagger


class TrainingOptions(TypedDict, total=False):
    """What `coffea_lcf.training.tagger.train_tagger` takes beside jets and settings."""

    held_out: LabelledJets | None
    seed: int
    checkpoint: Path | None
    progress: Callable[[NetworkHistory], None] | None


PARTS: Mapping[type[nn.Module], Mapping[str, str]] = {
    PFN: {"phi": "phi", "f": "f"},
    MultiBody: {"layers": "hidden"},
    TopoDNN: {"layers": "hidden"},
}
"""The sequences of a network, each fed by the one before, and the hyperparameter of its widths."""


def shrink(
    model: nn.Module, pattern: tuple[LayerActivity, ...], threshold: float = SILENT
) -> nn.Module:
    """Return a copy of `model` without the nodes whose activity is below `threshold`.

    Where these nodes never answer, the copy gives the same log-odds, whatever it is asked; where
    they do, train it again: `coffea_lcf.training.tagger.train_tagger`.

    Parameters
    ----------
    model
        A PFN, PFIN, MultiBody or TopoDNN, or a plain sequence of linear layers and ReLU.
    pattern
        Of this network, from `coffea_lcf.explain.network.activation.activation_pattern`.
    threshold
        In [0, 1]; the busiest node of a layer stays in any case, and in layers that must be
        equally wide, as some of a PFIN, as many nodes as work in the one that has most.

    Raises
    ------
    ConfigError
        For another kind of network, and a pattern of another network.
    """
    activity = _checked(model, pattern)
    smaller: Any = deepcopy(model)
    if isinstance(model, nn.Sequential):
        _narrow([("", smaller)], activity, threshold)
    elif isinstance(model, PFIN):
        narrow_pfin(smaller, activity, threshold)
    elif type(model) in PARTS:
        parts = PARTS[type(model)]
        named = [(f"{name}.", getattr(smaller, name)) for name in parts]
        widths = _narrow(named, activity, threshold)
        for name, key in parts.items():
            smaller.hyperparameters[key] = widths[f"{name}."]
    else:
        known = ", ".join(kind.__name__ for kind in (*PARTS, PFIN))
        msg = f"a {type(model).__name__} cannot be shrunk, only {known} and sequences"
        raise ConfigError(msg)
    return cast(nn.Module, smaller)


def shrink_and_retrain(
    model: nn.Module,
    training: LabelledJets,
    recipe: NetworkRecipe,
    *,
    threshold: float = SILENT,
    **options: Unpack[TrainingOptions],
) -> tuple[nn.Module, NetworkHistory]:
    """Return a trained network without the nodes of `model` that are silent on `training`.

    Training goes on from the parameters that are left.

    Parameters
    ----------
    model
        A trained network, as for `shrink`; it stays as it is.
    training
        Jets to tell silent nodes by and to learn from.
    recipe
        Settings of the training.
    threshold
        As for `shrink`.
    **options
        ``held_out``, ``seed``, ``checkpoint`` and ``progress`` of
        `coffea_lcf.training.tagger.train_tagger`.

    Raises
    ------
    ConfigError
        As for `shrink`.
    FitError, NonFiniteError
        As for `coffea_lcf.training.tagger.train_tagger`.
    """
    smaller = shrink(model, activation_pattern(model, training), threshold)
    return smaller, train_tagger(smaller, training, recipe, **options)


def _narrow(
    parts: list[tuple[str, nn.Sequential]],
    activity: Mapping[str, NDArray[np.float64]],
    threshold: float,
) -> dict[str, list[int]]:
    """Take silent nodes out of sequences that feed each other; return the hidden widths of each."""
    widths: dict[str, list[int]] = {prefix: [] for prefix, _ in parts}
    kept: NDArray[np.intp] | None = None
    for prefix, part in parts:
        for name, layer in part.named_children():
            if not isinstance(layer, nn.Linear):
                continue
            busiest = activity.get(f"{prefix}{name}")
            rows = None if busiest is None else working(busiest, threshold)
            setattr(part, name, part_of(layer, rows, kept))
            if rows is not None:
                widths[prefix].append(len(rows))
            kept = rows
    return widths


def _checked(
    model: nn.Module, pattern: tuple[LayerActivity, ...]
) -> dict[str, NDArray[np.float64]]:
    """Return the greater activity of each hidden layer of `model` by its name."""
    found = {layer.name: layer.busiest for layer in pattern}
    for name, layer, _ in rectified(model):
        there = len(found.get(name, ()))
        if there != layer.out_features:
            msg = f"the pattern is of another network: {name} has {layer.out_features} nodes here, "
            msg += f"{there} there"
            raise ConfigError(msg)
    return found
