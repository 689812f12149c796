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

Histogram = NDArray[np.float64]

BANDWIDTHS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Kernel widths offered, in units of z (a Gaussian observable has width one)."""

PENALTY = 2.0
"""Log-likelihood that each degree of freedom has to earn (1 would be Akaike's criterion)."""

INFORMATION = 9.0
"""Twice the log-likelihood over a constant ratio below which an observable says nothing."""

LEAST_COUNT = 1e-4
"""Events around a bin where there are none, so that its ratio stays finite."""

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
    share, freedom = _local_lines(signal, background)
    likelihood = _log_likelihood(signal, background, share)
    best = np.argmax(likelihood - PENALTY * freedom, axis=0)
    each = np.arange(len(best))
    constant = background.sum(1, keepdims=True) / (signal + background).sum(1, keepdims=True)
    gain = likelihood[best, each] - _log_likelihood(signal, background, constant)
    informative = 2.0 * (gain - np.maximum(freedom[best, each] - 2.0, 0.0)) > INFORMATION
    total, chosen = signal + background, share[best, each]
    return total * (1.0 - chosen), total * chosen, informative


def _local_lines(signal: Histogram, background: Histogram) -> tuple[Histogram, Histogram]:
    """Return background shares for T bandwidths, (T, P, BINS), and degrees of freedom, (T, P)."""
    counts = np.stack([signal, background])
    n, first, second = np.moveaxis(_convolved(counts, _spectra()[:, :, None, None]), 1, 0)
    n = np.maximum(n, LEAST_COUNT)
    mean = first / n
    variance = np.maximum(second / n - mean**2, 0.0)
    width = np.reshape(BANDWIDTHS, (-1, 1, 1))
    common = np.maximum((variance * n).sum(1) / n.sum(1), 0.05 * width**2)
    slope = (mean[:, 1] - mean[:, 0]) / common * np.prod(n / (n + PRIOR_EVENTS), axis=1)
    logit = np.log(n[:, 1] / n[:, 0]) - np.clip(0.5 * slope * mean.sum(1), -5.0, 5.0)
    share = 1.0 / (1.0 + np.exp(-np.clip(logit, -15.0, 15.0)))
    # trace of the smoother, whose weights are those of a logistic fit
    information = np.maximum((signal + background) * share * (1.0 - share), 1e-9)
    around = np.maximum(_convolved(information, _spectra()[:, 0, None]), information)
    return share, (information / around).sum(-1)


def _convolved(counts: Histogram, spectra: NDArray[np.complex128]) -> Histogram:
    """Return counts, (..., BINS), convolved with kernels given by their transforms."""
    return np.fft.irfft(np.fft.rfft(counts, 2 * BINS) * spectra, 2 * BINS)[..., :BINS]


@lru_cache(maxsize=1)
def _spectra() -> NDArray[np.complex128]:
    """Return transforms of each kernel and its products with distance and distance².

    Shape (T, 3, BINS + 1); twice the bins keep one end from reaching the other.
    """
    lag = np.arange(2 * BINS)
    distance = -STEP * np.where(lag < BINS, lag, lag - 2 * BINS)
    kernels = np.exp(-0.5 * (distance / np.reshape(BANDWIDTHS, (-1, 1))) ** 2)
    return np.asarray(
        np.fft.rfft(np.stack([kernels, kernels * distance, kernels * distance**2], axis=1))
    )


def _log_likelihood(
    signal: Histogram, background: Histogram, share: Histogram
) -> NDArray[np.float64]:
    """Return the log-likelihood of the counts for a background share, summed over bins."""
    share = np.clip(share, 1e-7, 1.0 - 1e-7)
    return np.asarray((background * np.log(share) + signal * np.log1p(-share)).sum(-1))
