from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.tradeoff import Measured


def test_a_difference_is_free_of_what_is_shared():
    shared = np.array([1.0, 5.0, -2.0, 0.0])
    first, second = Measured(3.0, shared + 1.0), Measured(2.0, shared)

    difference = first.minus(second)

    assert (difference.value, difference.error) == (1.0, 0.0)
    assert first.error == pytest.approx(np.std([1, 5, -2, 0], ddof=1))


def test_a_relative_change_is_taken_replica_by_replica():
    change = Measured(3.0, np.array([3.0, 4.0])).relative_to(Measured(2.0, np.array([2.0, 2.0])))

    assert change.value == 0.5
    assert change.replicas.tolist() == [0.5, 1.0]


def test_the_band_holds_two_thirds_of_the_replicas():
    measured = Measured(0.0, np.arange(1001.0))

    assert measured.band == (159.0, 841.0)
    assert measured.to_document()["low"] == 159.0


def test_an_infinite_replica_makes_the_error_infinite():
    assert Measured(1.0, np.array([1.0, np.inf])).error == np.inf
