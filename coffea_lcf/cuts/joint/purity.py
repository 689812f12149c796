"""Smooth estimate of the signal to background ratio along one observable.

Counts of the events that pass all the other cuts are few where a selection is
tight, and a cut placed on raw counts follows their fluctuations. The logarithm of
the ratio of background to signal is therefore fitted locally by a straight line
(local likelihood: Loader, "Local Regression and Likelihood", 1999, section 5), in
closed form: with kernel-weighted counts n, means m and the common variance v of
both classes around z, the line has slope ``c = (m_b - m_s) / v`` and the value
``ln(n_b / n_s) - c (m_b + m_s) / 2`` at z, exact for Gaussians and exponential tilts.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cuts.joint.grid import BINS, STEP

Histogram = NDArray[np.float32]

BANDWIDTHS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Kernel widths offered, in units of z (a Gaussian observable has width one)."""

PENALTY = 2.0
"""Log-likelihood that each degree of freedom has to earn (1 would be Akaike's criterion)."""

INFORMATION = 9.0
"""Twice the log-likelihood over a constant ratio below which an observable says nothing."""

PRIOR_EVENTS = 4.0
"""Events of either class at which a local slope is believed half."""


def smoothed(
    signal: Histogram, background: Histogram
) -> tuple[Histogram, Histogram, NDArray[np.bool_]]:
    """Return the counts with their ratio smoothed, and whether it varies at all.

    Parameters
    ----------
    signal, background
        Effective event counts in the bins of the grid, shape (P, BINS).

    Returns
    -------
    signal, background
        The same total per bin, shared by the smooth ratio.
    informative
        Shape (P,): False where a constant ratio describes the counts as well.
    """
    fits = [_local_line(signal, background, bandwidth) for bandwidth in BANDWIDTHS]
    shares = np.stack([share for share, _ in fits])
    freedom = np.stack([degrees for _, degrees in fits])
    likelihood = np.stack([_log_likelihood(signal, background, share) for share in shares])
    best = np.argmax(likelihood - PENALTY * freedom, axis=0)
    each = np.arange(len(best))
    constant = background.sum(1, keepdims=True) / (signal + background).sum(1, keepdims=True)
    gain = likelihood[best, each] - _log_likelihood(signal, background, constant)
    informative = 2.0 * (gain - np.maximum(freedom[best, each] - 2.0, 0.0)) > INFORMATION
    total, share = signal + background, shares[best, each]
    return total * (1.0 - share), total * share, informative


@lru_cache(maxsize=len(BANDWIDTHS))
def _kernels(bandwidth: float) -> NDArray[np.float32]:
    """Return the kernel and its products with distance and distance², (3, BINS, BINS)."""
    centres = STEP * np.arange(BINS)
    distance = centres - centres[:, None]
    kernel = np.exp(-0.5 * (distance / bandwidth) ** 2)
    return np.stack([kernel, kernel * distance, kernel * distance**2]).astype(np.float32)


def _local_line(
    signal: Histogram, background: Histogram, bandwidth: float
) -> tuple[Histogram, NDArray[np.float32]]:
    """Return the background share per bin, (P, BINS), and its degrees of freedom, (P,)."""
    kernels = _kernels(bandwidth)
    counts = np.concatenate([signal, background]).T
    moments = (kernels.reshape(3 * BINS, BINS) @ counts).reshape(3, BINS, 2, len(signal))
    n = np.maximum(moments[0], 1e-4)
    mean = moments[1] / n
    variance = np.maximum(moments[2] / n - mean**2, 0.0)
    common = np.maximum((variance * n).sum(1) / n.sum(1), 0.05 * bandwidth**2)
    slope = (mean[:, 1] - mean[:, 0]) / common * np.prod(n / (n + PRIOR_EVENTS), axis=1)
    logit = np.log(n[:, 1] / n[:, 0]) - np.clip(0.5 * slope * mean.sum(1), -5.0, 5.0)
    share = (1.0 / (1.0 + np.exp(-np.clip(logit, -15.0, 15.0)))).T.astype(np.float32)
    # trace of the smoother, its weights being those of a logistic fit
    information = np.maximum((signal + background) * share * (1.0 - share), 1e-9)
    return share, (information / (information @ kernels[0] + 1e-9)).sum(1)


def _log_likelihood(
    signal: Histogram, background: Histogram, share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the log-likelihood of the counts for a background share, summed over bins."""
    share = np.clip(share, 1e-7, 1.0 - 1e-7)
    return np.asarray((background * np.log(share) + signal * np.log1p(-share)).sum(1))
