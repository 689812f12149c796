from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.workflow.init.separation import separation

values = st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan, np.inf]), min_size=1, max_size=20).map(
    np.array
)


def test_equal_samples_are_not_separated_and_disjoint_ones_are() -> None:
    sample = np.arange(100.0)
    assert separation(sample, sample) == 0.0
    assert separation(sample, sample + 200.0) == pytest.approx(1.0)


def test_shares_of_two_values_by_hand() -> None:
    # s = (3/4, 1/4), b = (1/4, 3/4): ½ (¼ + ¼) = ¼
    assert separation(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])) == pytest.approx(0.25)


def test_a_peak_inside_is_seen() -> None:
    peak, flat = np.linspace(0.45, 0.55, 1000), np.linspace(0.0, 1.0, 1000)
    assert separation(peak, flat) == pytest.approx(0.5 * (0.9**2 / 1.1 + 0.9), abs=0.01)


def test_events_without_a_value_are_a_bin_of_their_own() -> None:
    # s = (0, 1), b = (1/2, 1/2) in (value, none): ½ (½ + (½)²/(3/2)) = 1/3
    assert separation(np.array([np.nan]), np.array([np.nan, 1.0])) == pytest.approx(1 / 3)
    assert separation(np.array([np.nan]), np.array([np.nan])) == 0.0


def test_no_events_are_no_separation() -> None:
    assert separation(np.array([]), np.array([1.0])) == 0.0


@given(values, values)
def test_between_zero_and_one_and_the_same_from_both_sides(
    signal: np.ndarray, background: np.ndarray
) -> None:
    found = separation(signal, background)
    assert 0.0 <= found <= 1.0 + 1e-12
    assert separation(background, signal) == pytest.approx(found)
