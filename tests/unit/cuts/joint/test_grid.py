from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cuts.joint.grid import (
    BINS,
    RANGE,
    STEP,
    bin_numbers,
    boundary_at,
    grid_edges,
    halfway,
    position_of,
)

FLOATS = st.floats(-(2.0**100), 2.0**100, width=32)


@given(FLOATS, FLOATS)
def test_halfway_separates_two_values(first, second):
    below, above = np.float32(min(first, second)), np.float32(max(first, second))
    if below < above:
        assert below <= halfway(below, above) < above


def test_adjacent_floats_are_separated():
    below = np.float32(1.0)
    assert halfway(below, np.nextafter(below, np.float32(2.0))) == below


def test_a_gaussian_observable_becomes_linear():
    rng = np.random.default_rng(0)
    signal, background = (rng.normal(mean, 1.0, 50_000).astype(np.float32) for mean in (2.0, 0.0))
    edges = grid_edges(signal, background)
    centre = np.arange(1, BINS) * STEP - RANGE
    middle = np.abs(centre) < 1.5
    np.testing.assert_allclose(edges[middle], 1.0 + centre[middle], atol=0.05)


def test_bins_and_positions_agree():
    rng = np.random.default_rng(1)
    x = rng.exponential(1.0, 5000).astype(np.float32)
    edges = grid_edges(x[:2000], x[2000:])
    assert np.all(np.diff(edges) >= 0)
    bins, position = bin_numbers(x, edges), position_of(edges, x)
    between = (edges[0] <= x) & (x <= edges[-1])
    assert np.all(position[between] <= bins[between] + 1)
    np.testing.assert_allclose(
        boundary_at(edges, position[between]), x[between], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("values", [[3.0], [0.0, 1.0], [0.0, 1.0, 2.0]])
def test_few_distinct_values_keep_their_bins_apart(values):
    x = np.repeat(np.array(values, np.float32), 10)
    bins = bin_numbers(np.array(values, np.float32), grid_edges(x, x))
    assert len(set(bins.tolist())) == len(values)
