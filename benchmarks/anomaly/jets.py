"""The jets of the benchmark: constituents for the networks, observables to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import torch
import uproot
from numpy.typing import NDArray
from torch import Tensor

from coffea_lcf.cloud import ParticleCloud

CONSTITUENTS = 80
JET_BRANCHES = ("mass", "pt", "tau2", "tau3")
PARTICLE_BRANCHES = ("pt", "eta", "phi", "mass")


@dataclass(frozen=True, eq=False)
class Jets:
    """Jets of one kind.

    Attributes
    ----------
    p4, mask
        Constituents in GeV, shapes ``(B, M, 4)`` and ``(B, M)``.
    mass, tau32
        Observables of all constituents, shape ``(B,)``.
    """

    p4: Tensor
    mask: Tensor
    mass: NDArray[Any]
    tau32: NDArray[Any]

    def __len__(self) -> int:
        return len(self.mask)

    def __getitem__(self, rows: slice) -> Jets:
        return Jets(self.p4[rows], self.mask[rows], self.mass[rows], self.tau32[rows])


def read(path: Path) -> Jets:
    """Return the hardest jet of each event in a file of ``coffea-lcf generate``."""
    with uproot.open(path) as file:
        events = file["Events"].arrays(
            [
                *(f"FatJet_{name}" for name in JET_BRANCHES),
                *(f"PFCands_{name}" for name in PARTICLE_BRANCHES),
                "FatJetPFCands_jetIdx",
                "FatJetPFCands_pFCandsIdx",
            ]
        )
    inside = events.FatJetPFCands_pFCandsIdx[events.FatJetPFCands_jetIdx == 0]
    particles = (events[f"PFCands_{name}"][inside] for name in PARTICLE_BRANCHES)
    cloud = ParticleCloud.from_jagged(*particles, size=CONSTITUENTS)
    first = {name: ak.to_numpy(events[f"FatJet_{name}"][:, 0]) for name in JET_BRANCHES}
    tau32 = np.divide(
        first["tau3"], first["tau2"], out=np.ones(len(cloud)), where=first["tau2"] > 0
    )
    return Jets(torch.from_numpy(cloud.p4), torch.from_numpy(cloud.mask), first["mass"], tau32)
