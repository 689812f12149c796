from __future__ import annotations

import json
from pathlib import Path

import awkward as ak
import numpy as np
import uproot
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.datasets.generation.ntuple import (
    round_angle,
    round_mantissa,
    storable,
    write_ntuple,
)

FINITE = st.floats(2.0**-100, 2.0**100, width=32)


def test_rounding_by_hand() -> None:
    rounded = round_mantissa([1.0, 1.0 + 2.0**-13, 1.0 + 2.0**-14, -1.0 - 2.0**-13, 2.0 - 2.0**-20])
    assert rounded.tolist() == [1.0, 1.0 + 2.0**-12, 1.0, -1.0 - 2.0**-12, 2.0]


@given(FINITE)
def test_rounding_keeps_twelve_bits(value: float) -> None:
    rounded = round_mantissa([value])
    assert abs(float(rounded[0]) - value) <= 2.0**-13 * value
    assert rounded.view(np.uint32)[0] % 2**11 == 0
    assert round_mantissa(rounded) == rounded


@given(st.floats(-10, 10))
def test_angles_are_multiples_of_a_power_of_two(value: float) -> None:
    rounded = round_angle([value])[0]
    assert abs(float(rounded) - value) <= 1 / 16384 + 1e-6
    assert float(rounded) * 8192 % 1 == 0


def test_types_and_rounding_follow_the_field() -> None:
    columns = ak.zip(
        {
            "event": np.array([1, 2]),
            "MET_phi": np.array([0.1, 0.2]),
            "Jet": ak.zip({"pt": [[1.0 + 2.0**-13], []], "matchedId": [[6], []], "n": [[3], []]}),
        },
        depth_limit=1,
    )
    stored = storable(columns)
    assert str(stored.type.content.content("event")) == "uint64"
    assert str(stored.type.content.content("Jet")) == (
        "var * {pt: float32, matchedId: int16, n: int32}"
    )
    assert stored.Jet.pt.to_list() == [[1.0 + 2.0**-12], []]
    assert float(stored.MET_phi[0]) * 8192 % 1 == 0


def test_file_is_a_ttree_with_one_counter_per_collection(tmp_path: Path) -> None:
    part = storable(
        ak.zip(
            {"event": np.arange(2), "Jet": ak.zip({"pt": [[1.0, 2.0], []], "eta": [[0.5, 0], []]})},
            depth_limit=1,
        )
    )
    path = tmp_path / "a.root"
    write_ntuple(path, [part, part], {"run": np.uint32(1), "sum": 2.5}, {"seeds": [1, 2]})
    with uproot.open(path) as file:
        assert file.classnames(cycle=False)["Events"] == "TTree"
        events = file["Events"]
        assert set(events.keys()) == {"event", "nJet", "Jet_pt", "Jet_eta"}
        assert events["nJet"].array().to_list() == [2, 0, 2, 0]
        assert events["Jet_eta"].array().to_list() == [[0.5, 0.0], [], [0.5, 0.0], []]
        assert file["Runs"].arrays().to_list() == [{"run": 1, "sum": 2.5}]
        assert json.loads(file["metadata"]) == {"seeds": [1, 2]}
