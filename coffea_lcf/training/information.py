"""What each soft cut tells about the label."""

from __future__ import annotations

import torch
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.losses import LARGEST_LOGIT
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.training.data import TrainingData
from coffea_lcf.training.distributed import summed


@torch.no_grad()
def gains(
    cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
) -> Tensor:
    r"""Return the information that each cut gains.

    With the sum over the events that reach cut i,

    .. math:: I_i = \sum_n w_n \left[ \mathrm{BCE}(y_n, \bar y_i)
              - \mathrm{BCE}(y_n, p_{ni}) \right] ,

    where :math:`\bar y_i` is the signal fraction among them: the cross-entropy
    that the score takes away from one which ignores the observable.

    Returns
    -------
    Tensor
        Shape ``(R, F)``, zero or more.
    """
    shape = (3, *cuts.theta.shape)
    sums = torch.zeros(shape, dtype=torch.float64, device=data.device)
    for batch in data.chunks():
        weight = batch.weight
        gate = strategy.gate(cuts, batch.x, threshold)
        if gate is not None:
            weight = weight * gate
        logits = cuts(batch.z, batch.above).clamp(-LARGEST_LOGIT, LARGEST_LOGIT)
        entropy = torch.nn.functional.softplus(logits) - batch.label * logits
        sums[0] += (weight * entropy).sum(-2)
        sums[1] += (weight * batch.label).sum(-2)
        sums[2] += weight.expand_as(logits).sum(-2)
    entropy, signal, total = summed(sums)
    fraction = (signal / total.clamp_min(1.0)).clamp(1e-12, 1.0 - 1e-12)
    without = -total * (torch.xlogy(fraction, fraction) + torch.xlogy(1 - fraction, 1 - fraction))
    gain: Tensor = (without - entropy).clamp_min(0.0)
    return gain


def shares(gained: Tensor) -> Tensor:
    """Return the share of each observable, shape ``(..., F)``, in what all of them gained."""
    share: Tensor = gained / gained.sum(-1, keepdim=True).clamp_min(1e-12)
    return share


def information(
    cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
) -> Tensor:
    """Return the share of each cut in the information that all of them gain.

    Returns
    -------
    Tensor
        Shape ``(R, F)``, in [0, 1]; sums to 1 over the observables.
    """
    return shares(gains(cuts, data, strategy, threshold))
