from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.errors import MissingExtraError
from coffea_lcf.explain import captum, shapley_values
from coffea_lcf.table import ObservableTable

needs_captum = pytest.mark.skipif(not captum.installed(), reason="captum is not installed")


@pytest.fixture
def table() -> ObservableTable:
    return ObservableTable.from_arrays({"a": [0.0, 4.0], "b": [1.0, 3.0]}, [1, 0], weight=[3.0, 1])


@needs_captum
def test_a_sum_gives_each_observable_its_distance_from_the_mean(table):
    values = shapley_values(lambda t: 2.0 * t["a"] + t["b"], table, samples=2)
    # weighted means 1 and 1.5
    np.testing.assert_allclose(values, [[-2.0, -0.5], [6.0, 1.5]])


@needs_captum
def test_a_product_is_shared(table):
    values = shapley_values(lambda t: (t["a"] * t["b"]).astype(np.float64), table, samples=400)
    np.testing.assert_allclose(values.sum(1), [0.0 - 1.5, 12.0 - 1.5], rtol=1e-6)
    # a joins first or second with equal chance: (3 b0 + 3 b1) / 2
    assert values[1, 0] == pytest.approx((3 * 1.5 + 3 * 3.0) / 2, rel=0.1)


@needs_captum
def test_values_follow_their_seed_and_leave_the_random_state_of_torch(twins):
    part = twins.table.select(slice(0, 50))
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (
        shapley_values(twins.scorer, part, samples=3, seed=seed) for seed in (1, 1, 2)
    )
    assert torch.equal(torch.rand(1), expected)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_missing_library_is_named(table, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "captum.attr", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'coffea-lcf\[explain\]'"):
        shapley_values(lambda t: t["a"], table)
