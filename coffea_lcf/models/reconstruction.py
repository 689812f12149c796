"""How far decoded constituents are from those of the jet: losses and anomaly scores.

A reconstruction error has two parts, each a function that can be exchanged: a
distance of two momenta, and a matching of two sets of momenta.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from coffea_lcf.nn.lorentz.minkowski import four_velocity, rest_frame_square, square

Distance: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""From constituents ``(B, N, 4)`` and decoded ``(B, M, 4)`` to GeV², ``(B, N, M)``."""

Matching: TypeAlias = Callable[[Tensor], Tensor]
"""From distances ``(B, N, M)`` to one number a jet, ``(B,)``."""

JetLoss: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""From constituents and what was decoded, ``(B, N, 4)``, to one number a jet, ``(B,)``."""

LIGHTEST_JET = 1.0
"""Mass in GeV of the lightest jet that has a score: a lighter one has no usable rest frame."""


def in_rest_frame(target: Tensor, decoded: Tensor) -> Tensor:
    """Return squared distances in the rest frame of the jet, which all frames agree on.

    With the four-velocity u of the sum of `target`, ``D_u(x_i − y_j)``; see
    `coffea_lcf.nn.lorentz.minkowski.rest_frame_square`.
    """
    velocity = four_velocity(target.sum(1))
    return rest_frame_square(_differences(target, decoded), velocity[:, None, None])


def in_laboratory(target: Tensor, decoded: Tensor) -> Tensor:
    """Return squared distances in (E, px, py, pz) as measured, which boosts change.

    The choice of arXiv:2212.07347.
    """
    return _differences(target, decoded).square().sum(-1)


def chamfer(distance: Tensor) -> Tensor:
    """Return the sum over both sets of the distance to the nearest of the other, halved."""
    return 0.5 * (distance.amin(2).sum(1) + distance.amin(1).sum(1))


def hungarian(distance: Tensor) -> Tensor:
    """Return the sum of the distances of the best one-to-one matching.

    The matching itself is found on the CPU and held constant in the gradient.
    """
    from scipy.optimize import linear_sum_assignment

    costs = distance.detach().cpu().numpy()
    pairs = np.stack([np.stack(linear_sum_assignment(cost)) for cost in costs])
    row, column = torch.from_numpy(pairs).to(distance.device).unbind(1)
    jet = torch.arange(len(distance), device=distance.device).unsqueeze(1)
    return distance[jet, row, column].sum(1)


@dataclass(frozen=True)
class Hybrid:
    """A share of the Chamfer distance, the rest of the best matching.

    Parameters
    ----------
    chamfer_share
        In [0, 1].
    """

    chamfer_share: float = 0.5

    def __call__(self, distance: Tensor) -> Tensor:
        """Return the mean of both for each jet, shape ``(B,)``."""
        share = self.chamfer_share
        return share * chamfer(distance) + (1.0 - share) * hungarian(distance)


@dataclass(frozen=True)
class ReconstructionError:
    """One number a jet, larger for a worse reconstruction.

    Parameters
    ----------
    distance
        `in_rest_frame` or `in_laboratory`.
    matching
        `chamfer`, `hungarian` or a `Hybrid`.
    """

    distance: Distance = in_rest_frame
    matching: Matching = chamfer

    def __call__(self, target: Tensor, decoded: Tensor) -> Tensor:
        """Return the error of each jet.

        Parameters
        ----------
        target
            Constituents in GeV, shape ``(B, N, 4)``, zero in empty slots: a decoded
            momentum of zero stands for no particle.
        decoded
            Momenta in GeV, shape ``(B, N, 4)``.

        Returns
        -------
        Tensor
            In GeV², shape ``(B,)``.
        """
        return self.matching(self.distance(target, decoded))

    def over_mass(self, target: Tensor, decoded: Tensor) -> Tensor:
        """Return the error over the squared mass of the jet, without unit, shape ``(B,)``.

        The loss to train with: every jet weighs alike. As a score it is all but
        independent of the mass.
        """
        return self(target, decoded) / jet_mass(target).clamp_min(LIGHTEST_JET).square()


def jet_mass(p4: Tensor) -> Tensor:
    """Return the masses of jets ``(B, N, 4)`` in GeV, 0 for a negative square."""
    return square(p4.sum(1)).clamp_min(0.0).sqrt()


def scored(error: Tensor, target: Tensor) -> Tensor:
    """Return `error` with NaN for jets lighter than `LIGHTEST_JET`, both ``(B,)``."""
    return torch.where(jet_mass(target) > LIGHTEST_JET, error, torch.nan)


def _differences(target: Tensor, decoded: Tensor) -> Tensor:
    return target.unsqueeze(2) - decoded.unsqueeze(1)
