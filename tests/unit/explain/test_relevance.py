from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.explain import mad_relevance
from coffea_lcf.explain.relevance import relative_shift, without_outliers
from coffea_lcf.table import ObservableTable


def _sum(table):
    return (table["a"] + 2 * table["b"]).astype(np.float64)


@pytest.fixture
def table() -> ObservableTable:
    return ObservableTable.from_arrays(
        {"a": [1.0, 3.0, -1.0, -3.0], "b": [1.0, 1.0, -1.0, -1.0], "one": [7.0] * 4},
        [1, 1, 0, 0],
        weight=[1.0, 3.0, 1.0, 1.0],
    )


def test_figures_by_hand(table):
    found = mad_relevance(_sum, table, [("a",), ("b",), ("a", "b")])
    # log-odds 3, 5, -3, -5; without a they are 2, 2, -2, -2
    assert found[("a",)].signal == pytest.approx((1 / 3 + 3 * 3 / 5) / 4)
    assert found[("a",)].background == pytest.approx((1 / 3 + 3 / 5) / 2)
    assert found[("b",)].signal == pytest.approx((2 / 3 + 3 * 2 / 5) / 4)
    assert found[("a", "b")].signal == pytest.approx(1.0)


def test_a_fixed_observable_is_worth_exactly_nothing(table):
    found = mad_relevance(_sum, table, [("one",)])[("one",)]
    assert (found.signal, found.background) == (0.0, 0.0)


def test_outliers_count_as_zero():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1e9, np.inf])
    np.testing.assert_array_equal(without_outliers(values, 1.5), [1, 2, 3, 4, 5, 6, 0, 0])
    np.testing.assert_array_equal(without_outliers(values[:0], 1.5), [])


def test_a_shift_from_zero_is_infinite_and_no_shift_is_none():
    full, masked = np.array([0.0, 0.0, 2.0, np.nan]), np.array([1.0, 0.0, -1.0, 1.0])
    np.testing.assert_array_equal(relative_shift(full, masked), [np.inf, 0.0, 1.5, 0.0])


def test_saturated_probabilities_hide_what_log_odds_show():
    """Pitfall: behind a sigmoid that is at 1, the better observable looks like noise."""
    random = np.random.default_rng(1)
    label = np.arange(400) % 2 == 0
    strong = random.normal(np.where(label, 60.0, -60.0), 1.0)
    table = ObservableTable.from_arrays({"strong": strong, "weak": 0.1 * strong}, label)

    def log_odds(table):
        return (table["strong"] + table["weak"]).astype(np.float64)

    def probability(table):
        return 1.0 / (1.0 + np.exp(-log_odds(table)))

    by_odds, by_probability = (
        mad_relevance(score, table, [("weak",), ("strong",)]) for score in (log_odds, probability)
    )
    assert by_odds[("weak",)].signal == pytest.approx(0.1 / 1.1, rel=0.05)
    assert by_probability[("weak",)].signal < 1e-12
