"""What a network sees of its inputs: the standardised features, as leaves of its gradients.

Every model here standardises its inputs by `coffea_lcf.nn.standardise.Standardise`; what
leaves it are the numbers whose zero is the mean of the training events. Relevance is given
to them and not to four-momenta: a constituent alone has no mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from coffea_lcf.baselines.network import NetworkScorer
from coffea_lcf.errors import ConfigError
from coffea_lcf.nn.standardise import Standardise


def of_scorer(scorer: NetworkScorer) -> nn.Module:
    """Return `scorer` as a module from observables in their units ``(B, F)`` to log-odds ``(B,)``.

    It shares the layers and the scales; nothing is copied.
    """
    scaling = Standardise(len(scorer.observables))
    scaling.mean, scaling.scale = scorer.mean, scorer.scale
    return nn.Sequential(scaling, scorer.network, nn.Flatten(0))


@torch.no_grad()
def features(model: nn.Module, *inputs: Tensor) -> tuple[Tensor, ...]:
    """Return the standardised features that `model` computes of `inputs`, in its own order.

    Parameters
    ----------
    model
        A network of `coffea_lcf.models`, or of `of_scorer`.
    inputs
        What it takes: ``(p4, mask)``, or observables ``(B, F)``.

    Returns
    -------
    tuple of Tensor
        ``(B, N, 3)`` of constituents, for PFIN then ``(B, P, 4)`` of pairs; ``(B, F)`` of others.

    Raises
    ------
    ConfigError
        If the model does not standardise its inputs.
    """
    seen: list[Tensor] = []
    with undisturbed(model), hooked(model, Standardise, lambda *call: seen.append(call[2])):
        model(*inputs)
    if not seen:
        msg = f"{type(model).__name__} has no Standardise layer: relevance needs the zero of inputs"
        raise ConfigError(msg)
    return tuple(seen)


def with_features(model: nn.Module, values: Sequence[Tensor], *inputs: Tensor) -> Tensor:
    """Return the log-odds ``(B,)`` of `model` as if `inputs` had the features `values`.

    Parameters
    ----------
    model
        As for `features`.
    values
        As `features` returns them; gradients reach them.
    inputs
        What the model takes; only shapes and masks are read of them.
    """
    left = iter(values)
    with undisturbed(model), hooked(model, Standardise, lambda *_: next(left)):
        log_odds: Tensor = model(*inputs)
    return log_odds


@contextmanager
def hooked(model: nn.Module, kind: type[nn.Module], hook: Callable[..., Any]) -> Iterator[None]:
    """Call ``hook(layer, inputs, output)`` after each layer of a `kind`, inside of the block.

    What it returns, unless None, takes the place of the output.
    """
    with ExitStack() as stack:
        for layer in model.modules():
            if isinstance(layer, kind):
                stack.callback(layer.register_forward_hook(hook).remove)
        yield


@contextmanager
def undisturbed(model: nn.Module) -> Iterator[None]:
    """Evaluate inside of the block, without dropout; afterwards each layer is in its old mode."""
    modes = {layer: layer.training for layer in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for layer, mode in modes.items():
            layer.training = mode


def in_parts(inputs: Sequence[Tensor], jets: int = 256) -> Iterator[tuple[Tensor, ...]]:
    """Yield `inputs`, each of ``(B, ...)``, some `jets` at a time: their pairs fill the memory."""
    for start in range(0, len(inputs[0]), jets):
        yield tuple(values[start : start + jets] for values in inputs)
