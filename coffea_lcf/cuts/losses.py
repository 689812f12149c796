"""The masked loss of learnable cut flow."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

CLIP = 1e-7
LARGEST_LOGIT = math.log((1.0 - CLIP) / CLIP)


def masked_bce(logits: Tensor, label: Tensor, weight: Tensor, gate: Tensor | None = None) -> Tensor:
    r"""Return the masked cross-entropy of each repeat, shape ``(R,)``.

    .. math:: L = \frac{1}{2F} \sum_i \frac{1}{B} \sum_n w_{ni} M_{ni} \mathrm{BCE}(y_n, p_{ni})

    divided by the full batch size B and not by the number of unmasked events,
    with p clipped at 1e-7 as in the reference.

    Parameters
    ----------
    logits
        Logit of each event's own neuron, shape ``(R, N, F)``.
    label
        1 for signal, 0 for background, shape ``(N, 1)``.
    weight
        Event weights of mean 1 with zeros where an event sits on the center,
        shape ``(N, F)`` or ``(N, 1)``.
    gate
        Mask M, shape ``(R, N, F)``; None for ones.

    References
    ----------
    arXiv:2503.22498.
    """
    clipped = logits.clamp(-LARGEST_LOGIT, LARGEST_LOGIT)
    entropy = (functional.softplus(clipped) - label * clipped) * weight
    if gate is not None:
        entropy = entropy * gate
    return entropy.sum(dim=(1, 2)) / (2 * logits.shape[1] * logits.shape[2])


@torch.no_grad()
def masked_bce_slope(
    logits: Tensor, label: Tensor, weight: Tensor, gate: Tensor | None = None
) -> Tensor:
    r"""Return the derivative of `masked_bce` by each logit, shape ``(R, N, F)``.

    .. math:: \frac{\partial L}{\partial \ell_{ni}} = \frac{w_{ni} M_{ni}}{2FB} (p_{ni} - y_n) ,

    zero where p is clipped. In closed form, because batches are so small that
    recording a graph would cost more than the arithmetic.

    Parameters
    ----------
    logits, label, weight, gate
        As for `masked_bce`.
    """
    slope = (torch.sigmoid(logits) - label) * weight
    slope.masked_fill_(logits.abs() > LARGEST_LOGIT, 0.0)
    if gate is not None:
        slope *= gate
    return slope.div_(2 * logits.shape[1] * logits.shape[2])
