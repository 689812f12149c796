"""The loss of a skim and the network behind it."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

SMALLEST = 1e-12
"""Weight below which a class counts as absent, also where negative weights win."""


def skim_loss(passing: Tensor, log_odds: Tensor, label: Tensor, weight: Tensor) -> Tensor:
    r"""Return the cross-entropy that is left after a skim, per unit of weight, shape ``()``.

    Events that pass are scored by the network. Those that fail share one answer, the odds
    of signal among them, since a skim tells nothing else about them:

    .. math:: L = \frac{1}{\sum w}\Big[\sum_n w_n c_n\,\mathrm{BCE}(y_n, p_n)
              - S \ln\frac{S}{S+B} - B \ln\frac{B}{S+B}\Big]

    with :math:`S` and :math:`B` the sums of :math:`w (1 - c)` of signal and background.
    The network so learns from what passes alone, and a cut pays for the information that
    it destroys: a boundary costs nothing only where no network could tell the events apart.

    Parameters
    ----------
    passing
        How far each event passes, c, in [0, 1], shape ``(N,)``.
    log_odds
        Of the network, shape ``(N,)``.
    label, weight
        1 for signal; event weights of any sign, ``(N,)``.
    """
    entropy = binary_cross_entropy_with_logits(log_odds, label, reduction="none")
    kept = (weight * passing * entropy).sum()
    failing = weight * (1.0 - passing)
    signal = (failing * label).sum().clamp_min(SMALLEST)
    background = (failing * (1.0 - label)).sum().clamp_min(SMALLEST)
    total = signal + background
    rejected = -signal * torch.log(signal / total) - background * torch.log(background / total)
    return (kept + rejected) / weight.sum()
