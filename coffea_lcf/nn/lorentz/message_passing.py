"""Lorentz-equivariant message passing between the particles of a jet."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.minkowski import dot, gram


def neighbour_weight(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """Return the weight of j in a mean over the other particles of i.

    Parameters
    ----------
    mask
        True for particles, False for empty slots, bool, shape ``(B, N)``.
    dtype
        Type of the weights.

    Returns
    -------
    Tensor
        Shape ``(B, N, N)``: 1/n for two different particles of a jet of n,
        else 0, so that empty slots neither send nor receive.
    """
    pairs = mask.unsqueeze(1) & mask.unsqueeze(2)
    others = pairs & ~torch.eye(mask.shape[1], dtype=torch.bool, device=mask.device)
    count = mask.sum(1).clamp_min(1)
    return others.to(dtype) / count[:, None, None]


def messages(filters: tuple[Tensor, Tensor], p4: Tensor, features: Irreps) -> Irreps:
    r"""Return what the particles send each other, summed at each receiver.

    With filters :math:`f^0, f^1` of the distance and :math:`p_{ij} = p_i - p_j`,

    .. math::
        \sum_j f^0_{ij} s_j, \quad \sum_j f^1_{ij}\, p_{ij} \cdot v_j
        \qquad\text{and}\qquad
        \sum_j f^0_{ij} v_j, \quad \sum_j f^1_{ij} s_j\, p_{ij} .

    These are the scalars and vectors in the Clebsch-Gordan product of
    :math:`p_{ij}` with the features. The differences are expanded, so that two
    matrix products do, and no tensor has both a pair and a channel of vectors.

    Parameters
    ----------
    filters
        Two of shape ``(C, B, N, N)``, zero where nothing is sent.
    p4
        Momenta, shape ``(B, N, 4)``; finite in empty slots too.
    features
        C scalars and C vectors a particle.

    Returns
    -------
    Irreps
        ``2C`` scalars and ``2C`` vectors a particle.
    """
    scalars = features.scalars.movedim(-1, 0).unsqueeze(-1)
    vectors = features.vectors.movedim(-2, 0)
    products = dot(p4, vectors).unsqueeze(-1)

    s, v = torch.split(filters[0] @ torch.cat([scalars, vectors], -1), [1, 4], -1)
    sent = torch.cat([scalars, scalars * p4, vectors, products], -1)
    weight, momentum, vector, product = torch.split(filters[1] @ sent, [1, 4, 4, 1], -1)
    along = dot(p4, vector).unsqueeze(-1) - product
    apart = p4 * weight - momentum
    return Irreps(
        torch.cat([s, along]).squeeze(-1).movedim(0, -1),
        torch.cat([v, apart]).movedim(0, -2),
    )


def products(vectors: Tensor) -> Tensor:
    """Return all products of a set of four-vectors, on a scale of order 1.

    Parameters
    ----------
    vectors
        Shape ``(..., V, 4)``.

    Returns
    -------
    Tensor
        The inverse hyperbolic sines of the products, linear near zero and odd,
        shape ``(..., V(V+1)/2)``.
    """
    count = vectors.shape[-2]
    row, column = torch.triu_indices(count, count, device=vectors.device)
    return torch.asinh(gram(vectors, vectors)[..., row, column])


class LorentzMessagePassing(nn.Module):
    """One step of message passing on C scalars and C vectors a particle.

    The scalars pass through a network that also sees the messages and all
    products of the vectors; the vectors mix linearly, and a gate that only
    scalars open scales what is added to them.

    Parameters
    ----------
    channels
        Number C of scalars and of vectors.
    basis
        Number K of radial functions that the filters consist of.
    hidden
        Width of the network on the scalars.

    References
    ----------
    Hao et al., arXiv:2212.07347, with real features, all products of vectors
    instead of the diagonal ones, and a mean that leaves out empty slots.
    """

    def __init__(self, channels: int, basis: int, hidden: int) -> None:
        super().__init__()
        pairs = channels * (channels + 1) // 2
        self.plain_filter = nn.Linear(basis, channels, bias=False)
        self.momentum_filter = nn.Linear(basis, channels, bias=False)
        self.scalar = nn.Sequential(
            nn.Linear(3 * channels + pairs, hidden), nn.SiLU(), nn.Linear(hidden, channels)
        )
        self.vector = nn.Linear(3 * channels, channels, bias=False)
        self.gate = nn.Linear(channels, channels)

    def forward(self, basis: Tensor, p4: Tensor, features: Irreps, mask: Tensor) -> Irreps:
        """Return the features after one step.

        Parameters
        ----------
        basis
            Radial functions of ``(p_i − p_j)²`` times the `neighbour_weight` of
            `mask`, shape ``(K, B, N, N)``.
        p4
            Momenta, shape ``(B, N, 4)``.
        features
            Shapes ``(B, N, C)`` and ``(B, N, C, 4)``, zero in empty slots.
        mask
            Bool, shape ``(B, N)``.

        Returns
        -------
        Irreps
            Of the same shapes, zero in empty slots.
        """
        plain = _combined(self.plain_filter.weight, basis)
        sent = messages((plain, _combined(self.momentum_filter.weight, basis)), p4, features)
        seen = torch.cat([sent.scalars, features.scalars, products(features.vectors)], -1)
        scalars = features.scalars + self.scalar(seen)
        mixed = self.vector(_channels_last(torch.cat([sent.vectors, features.vectors], 2)))
        opened = (1.0 + torch.tanh(self.gate(scalars))).unsqueeze(-1)
        vectors = features.vectors + opened * _channels_last(mixed)
        return Irreps(scalars, vectors).masked(mask)


def _channels_last(vectors: Tensor) -> Tensor:
    """Swap the channels and the components, as a linear map on channels needs."""
    return vectors.transpose(-1, -2)


def _combined(weight: Tensor, basis: Tensor) -> Tensor:
    """Return the combinations ``(C, B, N, N)`` of a basis; the channels come first for speed."""
    return (weight @ basis.flatten(1)).view(-1, *basis.shape[1:])
