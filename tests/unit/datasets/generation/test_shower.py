from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation.processes import PROCESSES
from coffea_lcf.datasets.generation.shower import batches, is_neutrino, stable_particles, start
from coffea_lcf.errors import ConfigError, IncompleteError

CHARGES = SimpleNamespace(
    particleData=SimpleNamespace(charge={22: 0.0, 211: 1.0, -11: 1.0, 12: 0.0}.__getitem__)
)


def batch(*rows: tuple[int, int, float, float, float]) -> ak.Array:
    """One event of (id, status, px, py, pz)."""
    pdg_id, status, px, py, pz = (list(column) for column in zip(*rows, strict=True))
    momentum = ak.zip({"px": [px], "py": [py], "pz": [pz]})
    columns = {"id": [pdg_id], "status": [status], "m": [[0.0] * len(px)], "p": momentum}
    return ak.zip({"prt": ak.zip(columns)}, depth_limit=1)


def test_only_stable_moving_particles_stay() -> None:
    events = batch(
        (211, 83, 3.0, 4.0, 0.0),
        (211, -83, 3.0, 4.0, 0.0),
        (22, 91, 0.0, 0.0, 0.0),
        (-11, 1, 0.0, -2.0, 2 * np.sinh(1.5)),
    )
    stable = stable_particles(events, CHARGES)
    assert stable.pdgId.to_list() == [[211, -11]]
    assert stable.charge.to_list() == [[1, 1]]
    np.testing.assert_allclose(stable.pt[0].to_numpy(), [5.0, 2.0])
    np.testing.assert_allclose(stable.eta[0].to_numpy(), [0.0, 1.5])
    np.testing.assert_allclose(stable.phi[0].to_numpy(), [np.arctan2(4, 3), -np.pi / 2])


def test_neutrinos() -> None:
    codes = ak.zip({"pdgId": [[12, -14, 16, 13, 22], []]})
    assert is_neutrino(codes).to_list() == [[True, True, True, False, False], []]


def test_an_exhausted_pythia_is_an_error_and_not_an_endless_loop() -> None:
    silent = SimpleNamespace(nextBatch=lambda size: ak.Array([]))
    with pytest.raises(IncompleteError, match="delivered none of 250 events"):
        next(batches(silent))


def test_a_wrong_setting_is_named() -> None:
    pytest.importorskip("pythia8mc")
    process = replace(PROCESSES["lcf_ww"], settings=("NoSuch:setting = on",))
    with pytest.raises(ConfigError, match="'NoSuch:setting = on' of process 'lcf_ww'"):
        start(process, 1)
