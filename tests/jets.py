"""Jets drawn without a generator of events: particles around a few prongs of 600 GeV."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

PT = 600.0


def draw_jets(
    jets: int, slots: int, *, prongs: int = 2, seed: int = 0, dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor]:
    """Return momenta ``(B, N, 4)`` in GeV and mask ``(B, N)``, with empty slots at random places.

    Every jet has at least three particles. Empty slots are zero.
    """
    random = np.random.default_rng(seed)
    share = random.dirichlet(np.full(slots, 0.7), jets)
    centre = random.normal(0.0, 0.2, (jets, prongs, 2)) + random.normal(0.0, 1.0, (jets, 1, 2))
    prong = random.integers(prongs, size=(jets, slots))
    eta, phi = np.moveaxis(
        np.take_along_axis(centre, prong[..., None], 1) + random.normal(0, 0.05, (jets, slots, 2)),
        -1,
        0,
    )
    pt, mass = PT * share, random.choice([0.0, 0.13957, 0.93827], (jets, slots))
    px, py, pz = pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)
    energy = np.sqrt(px**2 + py**2 + pz**2 + mass**2)
    count = random.integers(3, slots + 1, jets)
    places = random.permuted(np.tile(np.arange(slots), (jets, 1)), axis=1)
    mask = torch.from_numpy(places < count[:, None])
    p4 = torch.from_numpy(np.stack([energy, px, py, pz], -1)).to(dtype)
    return torch.where(mask.unsqueeze(-1), p4, 0.0), mask
