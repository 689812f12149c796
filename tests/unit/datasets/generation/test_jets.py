from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation.jets import (
    cluster_sequence,
    constituents,
    find_jets,
    in_window,
)
from coffea_lcf.datasets.generation.particles import records
from coffea_lcf.datasets.generation.processes import JetWindow
from coffea_lcf.errors import NonFiniteError

pytest.importorskip("fastjet")


def particles(*rows: tuple[float, float, float], counts: list[int]) -> ak.Array:
    pt, eta, phi = np.array(rows, dtype=float).T
    return ak.unflatten(records(pt=pt, eta=eta, phi=phi, mass=0 * pt), counts)


TWO_EVENTS = particles(
    (30, 0.0, 0.0), (200, 1.0, 1.0), (100, 1.1, 1.0), (50, 0.1, 0.0),
    counts=[4, 0],
)  # fmt: skip


def test_jets_and_their_constituents_in_falling_pt() -> None:
    jets = find_jets(TWO_EVENTS, 0.8, 20.0)
    assert ak.num(jets).to_list() == [2, 0]
    np.testing.assert_allclose(jets.pt[0].to_numpy(), [300.0, 80.0], rtol=1e-6)
    inside = constituents(TWO_EVENTS, jets)
    np.testing.assert_allclose(ak.flatten(inside.pt).to_numpy(), [200, 100, 50, 30])
    assert ak.num(inside).to_list() == [2, 2]


def test_soft_jets_are_dropped() -> None:
    assert ak.num(find_jets(TWO_EVENTS, 0.8, 100.0)).to_list() == [1, 0]


def test_mass_of_a_pair_by_hand() -> None:
    # m^2 = 2 pt1 pt2 (cosh d_eta - cos d_phi)
    jet = find_jets(TWO_EVENTS, 0.8, 100.0)[0, 0]
    assert jet.mass == pytest.approx(np.sqrt(2 * 200 * 100 * (np.cosh(0.1) - 1)))


def test_a_momentum_that_is_not_finite_raises_instead_of_crashing() -> None:
    broken = particles((30, 0.0, 0.0), (np.nan, 0.1, 0.0), counts=[2])
    with pytest.raises(NonFiniteError, match=r"1 of 2 particles have a px that.*\n.*antikt"):
        cluster_sequence(broken, "antikt", 0.8)


def test_window_edges_are_outside() -> None:
    jets = ak.zip(
        {
            "pt": [[300.0, 300.1, 350.0, 350.0, 350.0]],
            "eta": [[0.0, 1.9, -2.0, 0.0, 0.0]],
            "nMatchedPartons": [[2, 2, 2, 1, 3]],
        }
    )
    window = JetWindow((300.0, 400.0), 2.0, min_partons=2)
    assert in_window(jets, window).to_list() == [[False, True, False, False, True]]
