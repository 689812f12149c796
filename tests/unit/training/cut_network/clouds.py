"""Jets whose constituents and observable tell different things."""

from __future__ import annotations

import numpy as np

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.models.pfn import PFN
from coffea_lcf.table import ObservableTable


def jets(count: int, seed: int = 0) -> tuple[ObservableTable, ParticleCloud]:
    """Return an observable on which signal lies at 1, and constituents: signal has two prongs.

    The observable ``x`` has width 0.5 for signal and is uniform between -4 and 4 for background.
    """
    random = np.random.default_rng(seed)
    label = np.arange(count) % 2 == 0
    x = np.where(label, random.normal(1.0, 0.5, count), random.uniform(-4.0, 4.0, count))
    apart = np.where(label, 0.4, 0.2) * np.abs(random.normal(1.0, 0.3, count))
    eta = (
        random.normal(0.0, 0.1, (count, 6))
        + np.where(np.arange(6) % 2, 0.5, -0.5) * (apart[:, None])
    )
    phi = random.normal(0.0, 0.1, (count, 6))
    pt = np.sort(random.exponential(30.0, (count, 6)) + 1.0)[:, ::-1]
    cloud = ParticleCloud.from_jagged(pt, eta, phi, size=6)
    return ObservableTable.from_arrays({"x": x}, label), cloud


def tagger() -> PFN:
    """Return a small network."""
    return PFN(phi=(16, 8), f=(16,), constituents=6)
