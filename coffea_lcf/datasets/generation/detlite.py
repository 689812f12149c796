"""The numbers of the built-in detector: round ones of a CMS-like experiment.

They follow the parametrisation of Delphes (arXiv:1307.6346). Lengths are in metres, the field in
tesla, energies and transverse momenta in GeV.
"""

from __future__ import annotations

from coffea_lcf.datasets.generation.calorimeter import Calorimeter, Region
from coffea_lcf.datasets.generation.detector import Detector
from coffea_lcf.datasets.generation.tracker import (
    ELECTRON,
    MUON,
    PION,
    Efficiency,
    Solenoid,
    Tracker,
)

SOLENOID = Solenoid(field=3.8, radius=1.29, half_length=3.0)
TRACKER = Tracker(
    efficiency_eta=(1.5, 2.5),
    efficiency_pt=(0.1, 1.0, 100.0),
    efficiencies=(
        Efficiency(ELECTRON, ((0.0, 0.70, 0.95, 0.99), (0.0, 0.50, 0.83, 0.90))),
        Efficiency(MUON, ((0.0, 0.75, 0.99, 0.99), (0.0, 0.70, 0.98, 0.98))),
        Efficiency(PION, ((0.0, 0.70, 0.95, 0.95), (0.0, 0.60, 0.85, 0.85))),
    ),
    resolution_eta=(0.5, 1.5, 2.5),
    resolutions=((0.010, 1.0e-4), (0.015, 1.5e-4), (0.025, 3.5e-4)),
)
ECAL = Calorimeter(
    regions=(
        Region(1.5, 0.0174, 360, 0.008, 0.11, 0.40, (1.0, 0.64, 0.0)),
        Region(3.0, 0.0174, 360, 0.008, 0.11, 0.40, (2.16, 5.6, 2.0)),
        Region(5.0, 0.175, 36, 0.107, 2.08, 0.0),
    ),
    min_energy=0.5,
    min_significance=2.0,
)
HCAL = Calorimeter(
    regions=(
        Region(1.74, 0.087, 72, 0.050, 1.50, 0.0),
        Region(3.0, 0.175, 36, 0.050, 1.50, 0.0),
        Region(5.0, 0.175, 36, 0.130, 2.70, 0.0),
    ),
    min_energy=1.0,
    min_significance=1.0,
)
DETLITE = Detector(SOLENOID, TRACKER, ECAL, HCAL)
