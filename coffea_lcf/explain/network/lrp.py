r"""Layer-wise relevance propagation, from the log-odds down to every feature.

An output :math:`z = \sum_i c_i + b` hands its relevance to the contributions
:math:`c_i = w_i x_i`, those of its own sign counting :math:`1 + γ` times: nothing is divided by
a small number. What would fall to the bias goes to the inputs in the ratio of :math:`|c_i|`,
so that the relevance of the features sums to the log-odds, through sums over sets too.

It is computed as gradient times input of a network with the same outputs, in which each linear
layer is :math:`q (z/q)_\mathrm{fixed}` with :math:`q` the weighted contributions: sums over sets,
means, masks and ReLU conserve gradient times input as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain.network.features import features, hooked, undisturbed, with_features


def lrp(model: nn.Module, *inputs: Tensor, gamma: float = 0.25) -> tuple[Tensor, ...]:
    """Return the relevance of each feature to the log-odds of each jet.

    Parameters
    ----------
    model
        A network of linear layers and ReLU, as for `coffea_lcf.explain.network.features`.
    inputs
        What it takes.
    gamma
        How much more contributions of the output's sign count; zero or more.

    Returns
    -------
    tuple of Tensor
        Shapes as of `features`. All relevance of a jet sums to its log-odds, unless no input
        reaches the output at all, as where a whole layer is silent.

    Raises
    ------
    ConfigError
        For a negative `gamma`, or a layer with parameters that is not linear.

    References
    ----------
    The γ rule is of Montavon et al., "Layer-wise relevance propagation: an overview", Lecture
    Notes in Computer Science 11700 (2019) 193; here for inputs of either sign.
    """
    if not gamma >= 0.0:
        msg = f"gamma = {gamma!r}: zero or more is needed"
        raise ConfigError(msg)
    _check_layers(model)
    values = tuple(value.detach().requires_grad_() for value in features(model, *inputs))
    with torch.enable_grad():
        log_odds = instrumented(model, values, *inputs, gamma=gamma)
        slopes = torch.autograd.grad(log_odds.sum(), values)
    return tuple((value * slope).detach() for value, slope in zip(values, slopes, strict=True))


def instrumented(
    model: nn.Module, values: tuple[Tensor, ...], *inputs: Tensor, gamma: float
) -> Tensor:
    """Return the log-odds ``(B,)``, with gradients by which relevance flows."""

    def rule(layer: nn.Linear, received: tuple[Tensor], output: Tensor) -> Tensor:
        return _propagating(layer, received[0], output, gamma)

    with undisturbed(model), hooked(model, nn.Linear, rule):
        return with_features(model, values, *inputs)


def _propagating(layer: nn.Linear, x: Tensor, z: Tensor, gamma: float) -> Tensor:
    """Return `z` with the gradient of the weighted contributions."""
    weight = layer.weight.detach()
    up, down = weight.clamp_min(0).T, weight.clamp_max(0).T
    above, below = x.clamp_min(0), x.clamp_max(0)
    positive, negative = above @ up + below @ down, above @ down + below @ up
    bias = torch.zeros_like(z) if layer.bias is None else layer.bias.detach().expand_as(z)
    same_sign = torch.where(z > 0, positive, negative)
    biased = torch.where(bias * z > 0, (1 + gamma) * bias, bias)
    # by their size, because contributions may cancel and sizes cannot
    size = positive - negative
    to_bias = size * torch.where(size > 0, biased / size, 0.0).detach()
    weighted = positive + negative + gamma * same_sign
    total = (weighted + biased).detach()
    return (weighted + to_bias) * torch.where(total == 0, 0.0, z / total).detach()


def _check_layers(model: nn.Module) -> None:
    for layer in model.modules():
        own = [*layer.parameters(recurse=False)]
        if own and not isinstance(layer, nn.Linear):
            msg = f"relevance cannot go through a {type(layer).__name__}, only linear layers"
            raise ConfigError(msg)
