from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import TableError

PT = [[1.0, 3.0, 2.0], [], [5.0]]
ETA = [[0.0, 0.0, 0.0], [], [np.arcsinh(1.0)]]
PHI = [[0.0, np.pi / 2, np.pi], [], [0.0]]


def test_hardest_first_and_empty_slots_behind():
    cloud = ParticleCloud.from_jagged(PT, ETA, PHI, size=4, dtype=np.float64)
    assert len(cloud) == 3
    np.testing.assert_array_equal(
        cloud.mask, [[True, True, True, False], [False] * 4, [True, False, False, False]]
    )
    expected = np.zeros((3, 4, 4))
    expected[0, :3] = [[3, 0, 3, 0], [2, -2, 0, 0], [1, 1, 0, 0]]
    expected[2, 0] = [5 * np.sqrt(2), 5, 0, 5]
    np.testing.assert_allclose(cloud.p4, expected, atol=1e-15)
    assert not cloud.p4[~cloud.mask].any()


def test_softer_constituents_than_there_are_slots_are_left_out():
    cloud = ParticleCloud.from_jagged(PT, ETA, PHI, size=2)
    assert cloud.p4.shape == (3, 2, 4)
    np.testing.assert_allclose(cloud.p4[0, :, 0], [3, 2], rtol=1e-6)
    np.testing.assert_array_equal(cloud.mask.sum(1), [2, 0, 1])


def test_constituents_of_equal_pt_stay_in_their_order():
    cloud = ParticleCloud.from_jagged([[2.0, 2.0]], [[0.0, 0.0]], [[0.0, np.pi]], size=2)
    np.testing.assert_allclose(cloud.p4[0, :, 1], [2, -2])


def test_a_mass_goes_into_the_energy():
    cloud = ParticleCloud.from_jagged([[3.0]], [[0.0]], [[0.0]], [[4.0]], size=1)
    np.testing.assert_allclose(cloud.p4[0, 0], [5, 3, 0, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_is_as_asked(dtype):
    assert ParticleCloud.from_jagged(PT, ETA, PHI, size=2, dtype=dtype).p4.dtype == dtype


def test_no_jets_at_all():
    empty = ak.Array([[1.0]])[:0]
    cloud = ParticleCloud.from_jagged(empty, empty, empty, size=3)
    assert cloud.p4.shape == (0, 3, 4)
    assert cloud.mask.shape == (0, 3)
    assert cloud.usable().shape == (0,)


def test_a_missing_jet_is_one_without_constituents():
    one = ak.Array([[1.0, 2.0], None, [3.0]])
    cloud = ParticleCloud.from_jagged(one, one * 0, one * 0, size=2)
    np.testing.assert_array_equal(cloud.mask.sum(1), [2, 0, 1])


def test_lists_of_equal_length_are_lists_too():
    one = np.ones((3, 2), np.float32)
    cloud = ParticleCloud.from_jagged(one, one, one, size=4)
    np.testing.assert_array_equal(cloud.mask.sum(1), [2, 2, 2])


def test_usable_jets_have_constituents_and_finite_momenta():
    pt = [[1.0, np.nan], [], [5.0]]
    zero = [[0.0, 0.0], [], [0.0]]
    cloud = ParticleCloud.from_jagged(pt, zero, zero, size=2)
    np.testing.assert_array_equal(cloud.usable(), [False, False, True])
    # a constituent that is not a number is the softest, and here it is left out
    assert ParticleCloud.from_jagged(pt, zero, zero, size=1).usable()[0]


def test_select():
    cloud = ParticleCloud.from_jagged(PT, ETA, PHI, size=2).select(np.array([True, False, True]))
    np.testing.assert_array_equal(cloud.mask, [[True, True], [True, False]])


@given(
    st.lists(st.lists(st.floats(0.125, 100.0, width=32), max_size=6), max_size=6), st.integers(1, 7)
)
def test_the_momenta_are_those_of_the_hardest(pt, size):
    jagged = ak.values_astype(ak.Array(pt), np.float64) if pt else ak.Array([[1.0]])[:0]
    zero = jagged * 0
    cloud = ParticleCloud.from_jagged(jagged, zero, zero, size=size, dtype=np.float64)
    expected = [sorted(jet, reverse=True)[:size] for jet in pt]
    assert [
        jet[filled].tolist() for jet, filled in zip(cloud.p4[..., 1], cloud.mask, strict=True)
    ] == (expected)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([1.0], [1.0], [1.0]), r"pt is 1 \* float64, but one list of numbers a jet is needed"),
        ((PT, ETA[:2], PHI), "eta has 2 jets, pt has 3"),
        ((PT, ETA, [[0.0], [], [0.0]]), "phi has 1 constituents in jet 0, pt has 3"),
    ],
)
def test_arrays_that_do_not_fit(arrays, message):
    with pytest.raises(TableError, match=message):
        ParticleCloud.from_jagged(*arrays, size=2)


def test_a_cloud_has_slots():
    with pytest.raises(TableError, match="size = 0: a cloud needs at least one slot a jet"):
        ParticleCloud.from_jagged(PT, ETA, PHI, size=0)
