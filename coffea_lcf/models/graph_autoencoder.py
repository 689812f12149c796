"""A graph autoencoder without Lorentz symmetry, to compare the equivariant one with."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from coffea_lcf.models.reconstruction import LIGHTEST_JET
from coffea_lcf.nn.lorentz.message_passing import neighbour_weight
from coffea_lcf.nn.lorentz.ordering import leading


@dataclass(frozen=True)
class GraphSettings:
    """What determines a graph autoencoder besides its parameters.

    Attributes
    ----------
    slots
        Number N of particles that are encoded and decoded.
    width
        Features of a particle.
    layers
        Steps of message passing in the encoder, and in the decoder.
    latent
        Size of the latent space.
    unit
        Momentum in GeV that is 1 inside the network.
    """

    slots: int = 30
    width: int = 10
    layers: int = 3
    latent: int = 9
    unit: float = 10.0


class GraphMessagePassing(nn.Module):
    """One step in which each particle adds what it hears from all others.

    A message is a network of the features of both particles and of the squared
    Euclidean distance of their momenta.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.receiver = nn.Linear(width, width)
        self.sender = nn.Linear(width, width, bias=False)
        self.distance = nn.Linear(1, width, bias=False)
        self.update = nn.Sequential(
            nn.Linear(2 * width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width)
        )

    def forward(self, distance: Tensor, weight: Tensor, features: Tensor) -> Tensor:
        """Return the features ``(B, N, W)`` after one step.

        Parameters
        ----------
        distance, weight
            Shape ``(B, N, N)``; the weight is zero where nothing is sent.
        features
            Shape ``(B, N, W)``.
        """
        pairs = self.receiver(features).unsqueeze(2) + self.sender(features).unsqueeze(1)
        sent = nn.functional.silu(pairs + self.distance(distance.unsqueeze(-1)))
        heard = (weight.unsqueeze(2) @ sent).squeeze(2)
        updated: Tensor = features + self.update(torch.cat([features, heard], -1))
        return updated


class GraphAutoencoder(nn.Module):
    """Encode the constituents of a jet in a few numbers, and decode them, in its rest frame.

    The jet is turned to azimuth 0, boosted along the beam to rapidity 0 and from
    there along its flight to rest first, and back in the end: beside the latent
    numbers the decoder knows the momentum of the jet. Beyond these, no Lorentz
    transformation commutes with the network: another frame turns what is at
    rest. Without the last boost the loss stays more than twice as large, since
    in the rest frame only the small difference of energy and momentum is left.

    Parameters
    ----------
    settings
        The size of the network.
    seed
        Determines the start of the parameters.
    """

    def __init__(self, settings: GraphSettings, seed: int = 0) -> None:
        super().__init__()
        self.settings = settings
        slots, width, layers = settings.slots, settings.width, settings.layers
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.embedding = nn.Linear(4, width)
            self.encoder = nn.ModuleList(GraphMessagePassing(width) for _ in range(layers))
            self.to_latent = nn.Linear(slots * width, settings.latent)
            self.from_latent = nn.Linear(settings.latent, slots * width)
            self.decoder = nn.ModuleList(GraphMessagePassing(width) for _ in range(layers))
            self.momentum = nn.Linear(width, 4)

    def forward(self, p4: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the constituents that are encoded, and the decoded ones.

        Parameters
        ----------
        p4
            Momenta in GeV, shape ``(B, M, 4)``.
        mask
            Bool, shape ``(B, M)``.

        Returns
        -------
        tuple of Tensor
            Momenta in GeV, both of shape ``(B, N, 4)``.
        """
        constituents, present = leading(p4, mask, self.settings.slots)
        frame = rest_frame(constituents.sum(1))
        resting = constituents @ frame.transpose(1, 2) / self.settings.unit
        decoded = self.decode(self.encode(resting, present)) * self.settings.unit
        return constituents, decoded @ torch.linalg.inv(frame).transpose(1, 2)

    def encode(self, resting: Tensor, mask: Tensor) -> Tensor:
        """Return the latent numbers ``(B, L)`` of momenta in the units of the network."""
        distance = (resting.unsqueeze(2) - resting.unsqueeze(1)).square().sum(-1)
        weight = neighbour_weight(mask, resting.dtype)
        features = self.embedding(resting)
        for layer in self.encoder:
            features = layer(distance, weight, features)
        latent: Tensor = self.to_latent((features * mask.unsqueeze(-1)).flatten(1))
        return latent

    def decode(self, latent: Tensor) -> Tensor:
        """Return momenta in the units of the network, shape ``(B, N, 4)``."""
        features = self.from_latent(latent).view(len(latent), self.settings.slots, -1)
        mask = torch.ones(features.shape[:2], dtype=torch.bool, device=latent.device)
        distance = (features.unsqueeze(2) - features.unsqueeze(1)).square().sum(-1)
        weight = neighbour_weight(mask, latent.dtype)
        for layer in self.decoder:
            features = layer(distance, weight, features)
        momenta: Tensor = self.momentum(features)
        return momenta


def rest_frame(jet: Tensor) -> Tensor:
    """Return what turns jets to φ = 0, boosts them along the beam to y = 0, and then to rest.

    Parameters
    ----------
    jet
        Momenta ``(E, px, py, pz)`` in GeV with transverse parts, shape ``(B, 4)``. One
        lighter than `LIGHTEST_JET` is boosted as if it had that mass.

    Returns
    -------
    Tensor
        Shape ``(B, 4, 4)``.
    """
    energy, px, py, pz = jet.unbind(-1)
    pt, transverse_mass = torch.hypot(px, py), (energy.square() - pz.square()).sqrt()
    one, zero = torch.ones_like(pt), torch.zeros_like(pt)
    along_beam = _matrix(
        [energy / transverse_mass, zero, zero, -pz / transverse_mass],
        [zero, px / pt, py / pt, zero],
        [zero, -py / pt, px / pt, zero],
        [-pz / transverse_mass, zero, zero, energy / transverse_mass],
    )
    mass = (transverse_mass.square() - pt.square()).clamp_min(LIGHTEST_JET**2).sqrt()
    momentum, gamma = -pt / mass, torch.hypot(pt, mass) / mass
    along_flight = _matrix(
        [gamma, momentum, zero, zero],
        [momentum, gamma, zero, zero],
        [zero, zero, one, zero],
        [zero, zero, zero, one],
    )
    return along_flight @ along_beam


def _matrix(*rows: list[Tensor]) -> Tensor:
    return torch.stack([torch.stack(row, -1) for row in rows], -2)
