from __future__ import annotations

from itertools import combinations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation.jets import cluster_sequence
from coffea_lcf.datasets.generation.particles import records
from coffea_lcf.datasets.generation.substructure import (
    AXES,
    MEASURE,
    correlator,
    soft_drop,
    substructure,
    trim,
)
from coffea_lcf.errors import ConfigError

pytest.importorskip("fastjet")


def jet(*rows: tuple[float, float, float]) -> ak.Array:
    pt, eta, phi = np.array(rows, dtype=float).T
    return ak.unflatten(records(pt=pt, eta=eta, phi=phi, mass=0 * pt), [len(pt)])


def random_jets(count: int, size: int, seed: int = 3) -> ak.Array:
    rng = np.random.default_rng(seed)
    total = count * size
    flat = records(
        pt=rng.exponential(10.0, total), eta=rng.normal(0, 0.3, total),
        phi=rng.normal(0, 0.3, total), mass=np.zeros(total),
    )  # fmt: skip
    return ak.unflatten(flat, [size] * count)


def whole(jets: ak.Array):
    return cluster_sequence(jets, "cambridge", 10.0)


def test_two_prongs_by_hand() -> None:
    columns = substructure(jet((50, 0.0, 0.0), (50, 0.4, 0.0)), 0.8, 0.2, 0.03)
    # sum pt dR / (sum pt R0) around either prong
    assert columns["tau1"][0] == pytest.approx(50 * 0.4 / (100 * 0.8), rel=1e-4)
    assert columns["tau2"][0] == pytest.approx(0.0, abs=1e-9)
    assert columns["C2b1"][0] == 0.0
    assert columns["n2b1"][0] == -1.0
    mass = np.sqrt(2 * 50 * 50 * (np.cosh(0.4) - 1))
    assert columns["msoftdrop"][0] == pytest.approx(mass)
    assert columns["trimMass"][0] == pytest.approx(mass)


def test_one_particle_has_no_structure() -> None:
    columns = substructure(jet((50, 0.3, 0.2)), 0.8, 0.2, 0.03)
    assert all(np.isfinite(values).all() for values in columns.values())
    assert columns["n2b1"][0] == -1.0
    zero = [name for name in columns if name not in ("n2b1", "trimPt")]
    np.testing.assert_allclose([columns[name][0] for name in zero], 0.0, atol=1e-5)


def test_energy_correlators_against_their_definition() -> None:
    jets = random_jets(1, 7)
    pt, eta, phi = (ak.to_numpy(ak.flatten(jets[name])) for name in ("pt", "eta", "phi"))
    z = pt / _pt_of_sum(pt, phi)

    def distance(i: int, j: int) -> float:
        return float(np.hypot(eta[i] - eta[j], phi[i] - phi[j]))

    two = sum(z[i] * z[j] * distance(i, j) for i, j in combinations(range(7), 2))
    three = sum(
        z[i] * z[j] * z[k] * distance(i, j) * distance(j, k) * distance(i, k)
        for i, j, k in combinations(range(7), 3)
    )
    norm = z.sum()
    two, three = two / norm**2, three / norm**3
    assert correlator(whole(jets), "c2", 1.0)[0] == pytest.approx(three / two**2, rel=1e-6)
    assert correlator(whole(jets), "d2", 1.0)[0] == pytest.approx(three / two**3, rel=1e-6)


def _pt_of_sum(pt: np.ndarray, phi: np.ndarray) -> float:
    return float(np.abs(np.sum(pt * np.exp(1j * phi))))


def test_an_unknown_correlator_raises_instead_of_crashing() -> None:
    with pytest.raises(ConfigError, match="'c3' is none of c2, d2, n2"):
        correlator(whole(random_jets(1, 3)), "c3", 1.0)


def test_fastjet_knows_the_names_of_measure_and_axes() -> None:
    sequence = whole(random_jets(50, 20))

    def tau2(measure: str, axes: str) -> np.ndarray:
        values = sequence.njettiness(
            measure_definition=measure, axes_definition=axes, njets=[2], beta=1.0, R0=0.8
        )
        return ak.to_numpy(values)[:, 0]

    ours, unknown = tau2(MEASURE, AXES), tau2(MEASURE, "NoSuchAxes")
    assert not np.allclose(ours, unknown)
    # one pass of minimisation from the winner-take-all axes, to its own precision
    assert (ours <= tau2(MEASURE, "WTA_KT_Axes") + 1e-4).all()


def test_trimming_drops_the_soft_subjet_only() -> None:
    trimmed = trim(jet((100, 0.0, 0.0), (20, 0.5, 0.0), (2, 0.0, 0.6)), 0.2, 0.03)
    assert trimmed.pt.to_list() == [[100.0, 20.0]]


def test_trimming_never_empties_a_jet() -> None:
    trimmed = trim(jet((10, 0.0, 0.0), (9, 0.5, 0.0), (8, 0.0, 0.6)), 0.2, 0.99)
    assert trimmed.pt.to_list() == [[10.0]]


def test_soft_drop_removes_wide_soft_radiation() -> None:
    mass, left = soft_drop(whole(jet((60, 0.0, 0.0), (40, 0.2, 0.0), (3, 0.0, 0.7))), 0.8)
    assert ak.num(left).to_list() == [2]
    assert mass[0] == pytest.approx(np.sqrt(2 * 60 * 40 * (np.cosh(0.2) - 1)))


def test_columns_do_not_depend_on_the_order_of_constituents() -> None:
    jets = random_jets(4, 12)
    one = substructure(jets, 0.8, 0.2, 0.03)
    other = substructure(jets[:, ::-1], 0.8, 0.2, 0.03)
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-4, atol=1e-6, err_msg=name)
