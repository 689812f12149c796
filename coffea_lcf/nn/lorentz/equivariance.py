"""How far a function is from commuting with a Lorentz transformation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.transformations import transform


@dataclass(frozen=True, eq=False)
class Deviation:
    """Relative deviations from covariance, one a jet, by irrep.

    Attributes
    ----------
    scalars, vectors
        Shape ``(B,)``: the largest deviation of any component over the largest
        component. A maximum, because in a mean the signs cancel.
    """

    scalars: Tensor
    vectors: Tensor


@torch.no_grad()
def deviation(function: Callable[[Tensor], Irreps], p4: Tensor, matrix: Tensor) -> Deviation:
    """Return how `function` of transformed momenta differs from its transformed value.

    Parameters
    ----------
    function
        From momenta ``(B, N, 4)`` to features with a first axis of B. A layer, a
        network, a latent space and a score all fit; one without scalars or
        without vectors returns them empty.
    p4
        Shape ``(B, N, 4)``; float64 for deviations below 1e-6.
    matrix
        The transformation, shape ``(4, 4)``.
    """
    expected = function(p4).transformed(matrix)
    found = function(transform(matrix, p4))
    return Deviation(
        relative_deviation(found.scalars, expected.scalars),
        relative_deviation(found.vectors, expected.vectors),
    )


def relative_deviation(found: Tensor, expected: Tensor) -> Tensor:
    """Return ``max|found − expected| / max|expected|`` over all but the first axis.

    Two zeros deviate by 0, as does what has no components.
    """
    if expected[0].numel() == 0:
        return expected.new_zeros(len(expected))
    size = expected.flatten(1).abs().amax(1)
    error = (found - expected).flatten(1).abs().amax(1)
    return torch.where(error == 0.0, error, error / size)
