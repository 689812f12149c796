"""A PFIN with fewer nodes: some of its layers must stay equally wide."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from torch import nn

from coffea_lcf.explain.network.narrowing import equally_many, part_of, working
from coffea_lcf.models.pfin import PFIN

PARTS = ("phi", "i1", "i2", "f")
CONSTITUENT = 3
"""Features of a constituent, which I2 takes before what it hears from the pairs."""


def narrow_pfin(model: PFIN, activity: Mapping[str, NDArray[np.float64]], threshold: float) -> None:
    """Take nodes below `threshold` out of `model`, in place.

    The hidden layers of I1 and I2 have one width, and the outputs of Φ, I1 and I2 have one;
    where Φ and I2 are added up, a latent node works if it does in either.

    Parameters
    ----------
    model
        The network.
    activity
        The greater activity of both classes by name of each hidden layer.
    threshold
        In [0, 1].
    """
    names = {part: _linear_names(getattr(model, part), part) for part in PARTS}
    kept = _kept(model, names, activity, threshold)
    # before anything is narrowed, because the old widths are needed
    inputs = {part: _seen(model, part, names, kept) for part in PARTS}
    for part in PARTS:
        columns = inputs[part]
        for name in names[part]:
            sequence, place = getattr(model, part), name.removeprefix(f"{part}.")
            rows = kept.get(name)
            setattr(sequence, place, part_of(getattr(sequence, place), rows, columns))
            columns = rows
    model.hyperparameters |= {
        "phi": [len(kept[name]) for name in names["phi"]],
        "hidden": len(kept[names["i1"][0]]),
        "f": [len(kept[name]) for name in names["f"][:-1]],
    }


def _linear_names(sequence: nn.Module, part: str) -> list[str]:
    return [f"{part}.{n}" for n, one in sequence.named_children() if isinstance(one, nn.Linear)]


def _kept(
    model: PFIN,
    names: Mapping[str, list[str]],
    activity: Mapping[str, NDArray[np.float64]],
    threshold: float,
) -> dict[str, NDArray[np.intp]]:
    """Return the nodes of each hidden layer that stay."""
    free = [*names["phi"][:-1], *names["f"][:-1]]
    kept = {name: working(activity[name], threshold) for name in free}
    hidden = [*names["i1"][:-1], *names["i2"][:-1]]
    kept |= equally_many({name: activity[name] for name in hidden}, threshold)
    alone, pairs, heard = (names[part][-1] for part in ("phi", "i1", "i2"))
    outputs = {name: activity[name] for name in (alone, pairs, heard)}
    if model.combination == "sum":
        both = np.maximum(activity[alone], activity[heard])
        outputs |= {alone: both, heard: both}
    return kept | equally_many(outputs, threshold)


def _seen(
    model: PFIN,
    part: str,
    names: Mapping[str, list[str]],
    kept: Mapping[str, NDArray[np.intp]],
) -> NDArray[np.intp] | None:
    """Return the inputs of a part that are left; None for all."""
    alone, pairs, heard = (kept[names[one][-1]] for one in ("phi", "i1", "i2"))
    if part == "i2":
        return np.concatenate([np.arange(CONSTITUENT), CONSTITUENT + pairs])
    if part == "f" and model.combination == "sum":
        return alone
    if part == "f":
        width: int = model.hyperparameters["phi"][-1]
        return np.concatenate([alone, width + heard])
    return None
