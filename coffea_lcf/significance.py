"""Expected significance of a counting experiment."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def s_over_sqrt_b(signal: ArrayLike, background: ArrayLike) -> NDArray[np.float64]:
    """Return S/√B; infinite without background, NaN without either or for B < 0."""
    s, b = np.asarray(signal, np.float64), np.asarray(background, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(s / np.sqrt(b))


def asimov(
    signal: ArrayLike, background: ArrayLike, background_uncertainty: float = 0.0
) -> NDArray[np.float64]:
    r"""Return the median expected discovery significance.

    With ``n = s + b`` and ``σ`` the absolute uncertainty of ``b``,

    .. math:: Z^2 = 2\left[n\ln\frac{n(b+σ^2)}{b^2+nσ^2}
              - \frac{b^2}{σ^2}\ln\left(1+\frac{σ^2 s}{b(b+σ^2)}\right)\right],

    which tends to ``2[n ln(1 + s/b) − s]`` for ``σ → 0``.

    Parameters
    ----------
    signal, background
        Expected yields, of any equal shape.
    background_uncertainty
        Relative uncertainty of the background, ``σ/b``; zero or more.

    Returns
    -------
    numpy.ndarray
        Z; infinite for ``b = 0 < s``, NaN for a negative yield or ``s = b = 0``.

    References
    ----------
    Cowan, Cranmer, Gross, Vitells, EPJC 71 (2011) 1554, arXiv:1007.1727; the
    form with σ: Cowan, "Discovery sensitivity for a counting experiment with
    background uncertainty" (2012).
    """
    s, b = np.asarray(signal, np.float64), np.asarray(background, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = s / b
        if background_uncertainty == 0.0:
            half_square = (s + b) * np.log1p(ratio) - s
        else:
            # everything over b, so that tiny and huge yields keep their digits
            spread = background_uncertainty**2 * b
            shift = spread * ratio / (1.0 + spread)
            half_square = b * (1.0 + ratio) * (np.log1p(ratio) - np.log1p(shift))
            half_square -= np.log1p(shift) / background_uncertainty**2
        z = np.sqrt(2.0 * np.maximum(half_square, 0.0))
        z = np.where((b == 0) & (s > 0), np.inf, z)
    return np.where((s < 0) | (b < 0), np.nan, z)
