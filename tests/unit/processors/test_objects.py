from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.processing.load import load_processor

FILE = Path(__file__).parents[3] / "processors" / "objects.py"
LeadingObjects = load_processor(FILE, "LeadingObjects")

EVENTS = ak.zip(
    {
        "Jet_pt": [[30.0, 90.0, 60.0], [], [50.0]],
        "Jet_eta": [[0.1, -1.5, 0.3], [], [2.0]],
        "Jet_mass": [[5.0, 9.0, 7.0], [], [4.0]],
        "Jet_btagDeepFlavB": [[0.9, 0.2, 0.4], [], [0.1]],
        "Muon_pt": [[], [20.0, 25.0], [10.0]],
        "Muon_eta": [[], [1.0, -1.0], [0.5]],
        "MET_pt": [12.0, 34.0, 56.0],
    },
    depth_limit=1,
)


@pytest.mark.parametrize(
    ("observable", "expected"),
    [
        ("n_jet", [3.0, 0.0, 1.0]),
        ("jet1_pt", [90.0, np.nan, 50.0]),
        ("jet2_pt", [60.0, np.nan, np.nan]),
        ("jet1_eta", [-1.5, np.nan, 2.0]),
        ("jet1_mass", [9.0, np.nan, 4.0]),
        ("ht", [180.0, 0.0, 50.0]),
        ("btag1", [0.9, np.nan, 0.1]),
        ("btag2", [0.4, np.nan, np.nan]),
        ("muon1_pt", [np.nan, 25.0, 10.0]),
        ("muon1_eta", [np.nan, -1.0, 0.5]),
        ("met", [12.0, 34.0, 56.0]),
    ],
)
def test_values_by_hand(observable: str, expected: list[float]) -> None:
    found = LeadingObjects([observable]).columns(EVENTS)[observable]
    np.testing.assert_array_equal(found, np.float32(expected))


def test_names_are_told_apart_and_described() -> None:
    names = [one.name for one in LeadingObjects.catalogue]
    assert len(set(names)) == len(names)
    assert all(one.description for one in LeadingObjects.catalogue)
