"""What each soft cut tells about the label."""

from __future__ import annotations

import torch
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.losses import LARGEST_LOGIT
from coffea_lcf.cuts.strategies import MaskedStrategy
from coffea_lcf.training.columns import Columns
from coffea_lcf.training.data import TrainingData, training_data

THIN = 4
"""One of so many events of a sample tells the importance, which nobody reads to four digits."""


@torch.no_grad()
def information(
    cuts: LearnableCuts, data: TrainingData, strategy: MaskedStrategy, threshold: float
) -> Tensor:
    r"""Return the share of each cut in the information that all of them gain.

    With the sums over the events that reach cut i,

    .. math:: I_i = \sum_n w_n \left[ \mathrm{BCE}(y_n, \bar y_i)
              - \mathrm{BCE}(y_n, p_{ni}) \right], \quad s_i = I_i / \sum_j I_j ,

    where :math:`\bar y_i` is the signal fraction among them: the cross-entropy
    that the score takes away from one which ignores the observable.

    Returns
    -------
    Tensor
        Shape ``(R, F)``, in [0, 1]; sums to 1 over the observables.
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
    entropy, signal, total = sums
    fraction = (signal / total.clamp_min(1.0)).clamp(1e-12, 1.0 - 1e-12)
    without = -total * (torch.xlogy(fraction, fraction) + torch.xlogy(1 - fraction, 1 - fraction))
    gain = (without - entropy).clamp_min(0.0)
    share: Tensor = gain / gain.sum(-1, keepdim=True).clamp_min(1e-12)
    return share


@torch.no_grad()
def weigh(
    cuts: LearnableCuts, events: Columns, strategy: MaskedStrategy, threshold: float, stands: float
) -> None:
    """Set the importance of the first repeat of `cuts` to its shares of the information.

    Parameters
    ----------
    events
        A sample in no periodic order, on which the first repeat is at its minimum.
    stands
        Number of events that one of the sample stands for. The repeats' distances to
        the first are those of all events: they become those of the sample.
    """
    thin = events.thinned(THIN)
    nominal = cuts.nominal()
    share = information(nominal, training_data(thin, nominal), strategy, threshold)
    distance = cuts.importance() - cuts.importance()[:1]
    cuts.set_importance((share + distance * (THIN * stands) ** 0.5).clamp_min(0.0))
