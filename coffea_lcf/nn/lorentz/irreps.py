"""Features by the representation of the Lorentz group they belong to."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.nn.lorentz.transformations import transform


@dataclass(frozen=True, eq=False)
class Irreps:
    """Scalars and four-vectors, each several times.

    A Clebsch-Gordan product of these also has the parts (1, 0), (0, 1) and
    (1, 1). Networks that keep scalars and vectors after every layer cut them off
    again, so that real scalars and vectors are all there is.

    Attributes
    ----------
    scalars
        The irrep (0, 0), shape ``(..., S)``.
    vectors
        The irrep (1/2, 1/2), shape ``(..., V, 4)``.
    """

    scalars: Tensor
    vectors: Tensor

    def transformed(self, matrix: Tensor) -> Irreps:
        """Return the features in another frame: scalars stay, vectors change."""
        return Irreps(self.scalars, transform(matrix, self.vectors))

    def masked(self, mask: Tensor) -> Irreps:
        """Return the features with exact zeros outside `mask`, shape ``(...)``."""
        return Irreps(
            torch.where(mask[..., None], self.scalars, 0.0),
            torch.where(mask[..., None, None], self.vectors, 0.0),
        )
