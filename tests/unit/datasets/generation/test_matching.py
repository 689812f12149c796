from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation.matching import match
from coffea_lcf.datasets.generation.particles import records


def jets(*eta_phi: tuple[float, float]) -> ak.Array:
    eta, phi = np.array(eta_phi, dtype=float).reshape(-1, 2).T
    ones = np.ones(len(eta))
    return ak.unflatten(records(pt=300 * ones, eta=eta, phi=phi, mass=80 * ones), [len(eta)])


def hard(*rows: tuple[int, int, int, float, float]) -> ak.Array:
    """(pdgId, status, root, eta, phi) of one event."""
    pdg_id, status, root, eta, phi = zip(*rows, strict=True)
    ones = np.ones(len(eta))
    flat = records(
        pt=100 * ones, eta=np.array(eta, float), phi=np.array(phi, float), mass=0 * ones,
        pdgId=np.array(pdg_id), status=np.array(status), root=np.array(root),
    )  # fmt: skip
    return ak.unflatten(flat, [len(eta)])


WW = hard(
    (24, 22, -1, 0.0, 0.0), (-24, 22, -1, 0.0, 3.0),
    (1, 23, 0, 0.2, 0.0), (-2, 23, 0, -0.2, 0.1),
    (3, 23, 1, 0.0, 3.0), (-4, 23, 1, 0.0, -2.9),
)  # fmt: skip


def test_both_quarks_inside() -> None:
    matched = match(jets((0.0, 0.0), (0.0, 3.1)), WW, 0.5, 24)
    assert matched.nMatchedPartons.to_list() == [[2, 2]]
    assert matched.matchedId.to_list() == [[24, 24]]


def test_one_quark_of_each_boson_is_no_boson() -> None:
    mixed = hard(
        (24, 22, -1, 0, 0), (-24, 22, -1, 0, 3),
        (1, 23, 0, 0.0, 0.1), (-2, 23, 0, 0.0, 2.0), (3, 23, 1, 0.0, -0.1), (-4, 23, 1, 0.0, -2.0),
    )  # fmt: skip
    matched = match(jets((0.0, 0.0)), mixed, 0.5, 24)
    assert (matched.nMatchedPartons.to_list(), matched.matchedId.to_list()) == ([[1]], [[0]])


def test_another_resonance_does_not_count() -> None:
    assert match(jets((0.0, 0.0)), WW, 0.5, 6).nMatchedPartons.to_list() == [[0]]


@pytest.mark.parametrize(("phi", "count", "code"), [(0.05, 2, 21), (-0.35, 1, 3), (1.5, 0, 0)])
def test_qcd_takes_the_nearest_parton(phi: float, count: int, code: int) -> None:
    partons = hard((21, 23, -1, 0.0, 0.2), (-3, 23, -1, 0.0, -0.3))
    matched = match(jets((0.0, phi)), partons, 0.4, 0)
    assert (matched.nMatchedPartons.to_list(), matched.matchedId.to_list()) == ([[count]], [[code]])


def test_events_without_jets_stay() -> None:
    matched = match(ak.concatenate([jets(), jets((0.0, 0.0))]), ak.concatenate([WW, WW]), 0.5, 24)
    assert matched.matchedId.to_list() == [[], [24]]
    assert matched.matchedId.type.content.content.primitive == "int16"
