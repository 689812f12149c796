r"""Neural activation patterns: which nodes of a network work for which class of jets.

The relative activity of node k of a layer for the jets S is
:math:`\mathrm{RNA}(k|S) = \sum_{x ∈ S} a_k(x) / \max_{k'} \sum_{x ∈ S} a_{k'}(x)`, with
:math:`a_k` what its ReLU returns, summed over constituents or pairs where the layer sees each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.features import in_parts, undisturbed
from coffea_lcf.nn.pairwise import filled_pairs, pair_numbers
from coffea_lcf.training.tagger import LabelledJets

SILENT = 0.2
"""Relative activity below which a node counts as silent, as in arXiv:2210.04371."""

OF_PAIRS = "i1"
"""Part of a PFIN whose layers see pairs and not constituents."""


@dataclass(frozen=True, eq=False)
class LayerActivity:
    """Relative activity of the nodes of one hidden layer.

    Attributes
    ----------
    name
        Of the layer in its network, such as ``phi.0``: of the linear part.
    signal, background
        In [0, 1], shape ``(K,)``; the busiest node has 1, a layer that is silent has 0.
    """

    name: str
    signal: NDArray[np.float64]
    background: NDArray[np.float64]

    @property
    def busiest(self) -> NDArray[np.float64]:
        """The greater activity of both classes, shape ``(K,)``."""
        return np.maximum(self.signal, self.background)

    def sparsity(self, threshold: float = SILENT) -> float:
        """Return the share of nodes that are below `threshold` for both classes."""
        return float(np.mean(self.busiest < threshold))


def activation_pattern(model: nn.Module, jets: LabelledJets) -> tuple[LayerActivity, ...]:
    """Return the relative activity of each node behind a ReLU, in the order of the layers.

    Parameters
    ----------
    model
        A network whose ReLU stand behind linear layers in an `nn.Sequential`.
    jets
        Jets of both labels; weights below zero count as zero.

    Raises
    ------
    ConfigError
        If the network has no such layer.

    References
    ----------
    arXiv:2210.04371.
    """
    weights = torch.stack([jets.label * jets.weight, (1 - jets.label) * jets.weight]).clamp_min(0)
    total: dict[str, Tensor] = {}
    with torch.no_grad(), undisturbed(model), _noted(model) as noted:
        for *inputs, label_weight in in_parts((*jets.inputs, weights.T)):
            model(*inputs)
            for name, activity in noted.items():
                summed = _over_particles(name, activity, inputs)
                found = label_weight.T.double() @ summed.double()
                total[name] = total.get(name, torch.zeros_like(found)) + found
    if not total:
        msg = f"{type(model).__name__} has no linear layer with a ReLU behind it"
        raise ConfigError(msg)
    return tuple(
        LayerActivity(name, *(_relative(one) for one in sums.cpu().numpy()))
        for name, sums in total.items()
    )


def sparsity(pattern: tuple[LayerActivity, ...], threshold: float = SILENT) -> float:
    """Return the share of all nodes of `pattern` that are below `threshold` for both classes."""
    return float(np.mean(np.concatenate([layer.busiest for layer in pattern]) < threshold))


def sparsity_text(name: str, pattern: tuple[LayerActivity, ...]) -> str:
    """Return in words how many nodes of the network `name` are silent, in all and by layer."""
    layers = ", ".join(f"{one.name} {100 * one.sparsity():.0f} %" for one in pattern)
    return (
        f"{name}: {100 * sparsity(pattern):.0f} % of the nodes are silent, with relative "
        f"activity below {SILENT:g} for both classes: {layers}\n"
    )


@contextmanager
def _noted(model: nn.Module) -> Iterator[dict[str, Tensor]]:
    """Yield a mapping in which each forward pass puts what the ReLU behind each layer return."""
    found: dict[str, Tensor] = {}

    def note(name: str, relu: nn.Module) -> torch.utils.hooks.RemovableHandle:
        return relu.register_forward_hook(lambda *call: found.__setitem__(name, call[2]))

    with ExitStack() as stack:
        for name, linear, relu in rectified(model):
            del linear
            stack.callback(note(name, relu).remove)
        yield found


def rectified(model: nn.Module) -> Iterator[tuple[str, nn.Linear, nn.ReLU]]:
    """Yield name, linear layer and ReLU of each hidden layer in the sequences of `model`."""
    for prefix, part in model.named_modules():
        if not isinstance(part, nn.Sequential):
            continue
        layers = [*part.named_children()]
        for (name, first), (_, second) in pairwise(layers):
            if isinstance(first, nn.Linear) and isinstance(second, nn.ReLU):
                yield f"{prefix}.{name}" if prefix else name, first, second


def _over_particles(name: str, activity: Tensor, inputs: Sequence[Tensor]) -> Tensor:
    """Return activities of jets ``(B, K)``, of constituents or pairs summed over filled slots."""
    if activity.dim() == 2:
        return activity
    mask = inputs[1]
    filled = filled_pairs(mask, pair_numbers(mask.shape[1], mask.device))
    inside = filled if name.startswith(f"{OF_PAIRS}.") else mask
    return torch.where(inside.unsqueeze(-1), activity, 0.0).sum(1)


def _relative(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    greatest = sums.max()
    return np.asarray(sums / greatest if greatest > 0 else np.zeros_like(sums))
