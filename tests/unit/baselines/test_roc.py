from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import roc_auc_score

from coffea_lcf.baselines import roc
from coffea_lcf.errors import TableError
from coffea_lcf.table import ObservableTable

ROWS = 12
FEW_VALUES = st.sampled_from([-1.0, 0.0, 0.5, 2.0])


def _table(label, weight=None) -> ObservableTable:
    return ObservableTable.from_arrays({"x": np.zeros(len(label))}, label, weight)


@pytest.fixture
def by_hand():
    """Signal of weights 1, 2, 1 at 3, 2 and NaN; background of 1, 3 at 2 (a tie) and 1."""
    table = _table([1, 1, 0, 0, 1], [1.0, 2.0, 1.0, 3.0, 1.0])
    return roc([3.0, 2.0, 2.0, 1.0, np.nan], table)


def test_points_are_weighted_and_ties_are_one_step(by_hand):
    assert by_hand.signal_efficiency.tolist() == [0.0, 0.25, 0.75, 0.75, 1.0]
    assert by_hand.background_efficiency.tolist() == [0.0, 0.0, 0.25, 1.0, 1.0]
    assert by_hand.rejection.tolist() == [np.inf, np.inf, 4.0, 1.0, 1.0]


def test_area_counts_pairs_of_events_and_ties_by_half(by_hand):
    # 1 × 4 for the first, 2 × (1/2 + 3) for the second, nothing for the one without score
    assert by_hand.auc == (4 + 7) / 16


@pytest.mark.parametrize(
    ("asked", "background"),
    [
        (0.0, 0.0),
        (0.25, 0.0),
        (0.5, 0.125),  # half of the tied events
        (0.75, 0.25),  # where it is first reached
        (0.75 + 1e-15, 0.25),
        (0.9, 1.0),  # only with events that have no score
        (1.0, 1.0),
        (1.1, np.nan),
        (-0.1, np.nan),
        (np.nan, np.nan),
    ],
)
def test_background_at_a_signal_efficiency(by_hand, asked, background):
    np.testing.assert_allclose(by_hand.background_at(asked), background, atol=1e-11)


def test_background_at_has_the_shape_of_what_is_asked(by_hand):
    assert by_hand.background_at([[0.25], [0.75]]).tolist() == [[0.0], [0.25]]


def test_all_events_without_score_are_a_coin():
    curve = roc(np.full(4, np.nan), _table([1, 0, 1, 0]))
    assert curve.auc == 0.5
    assert curve.background_at(0.3) == pytest.approx(0.3)


def test_negative_weights_may_turn_the_curve_back():
    curve = roc([4.0, 3.0, 2.0, 1.0], _table([1, 1, 0, 1], [2.0, -1.0, 1.0, 1.0]))
    assert curve.signal_efficiency.tolist() == [0.0, 1.0, 0.5, 0.5, 1.0]
    assert curve.background_at(0.5) == 0.0


@given(
    arrays(np.float64, ROWS, elements=FEW_VALUES),
    arrays(np.float64, ROWS, elements=st.sampled_from([0.1, 1.0, 3.0])),
)
def test_area_agrees_with_scikit_learn(scores, weight):
    label = np.arange(ROWS) % 3 == 0
    expected = roc_auc_score(label, scores, sample_weight=weight)
    assert roc(scores, _table(label, weight)).auc == pytest.approx(expected)


@given(
    arrays(np.float64, ROWS, elements=FEW_VALUES),
    arrays(np.float64, ROWS, elements=st.sampled_from([-0.5, 1.0, 3.0])),
)
def test_area_is_that_of_all_pairs_also_with_negative_weights(scores, weight):
    label = np.arange(ROWS) % 2 == 0
    weight = np.where(np.arange(ROWS) < 2, 9.0, weight)  # positive sums
    pairs = np.outer(weight[label], weight[~label])
    above = scores[label][:, None] - scores[~label]
    expected = (pairs * (np.sign(above) + 1) / 2).sum() / pairs.sum()
    assert roc(scores, _table(label, weight)).auc == pytest.approx(expected)


@given(arrays(np.float64, ROWS, elements=st.floats(-5, 5, width=16)))
def test_only_the_order_of_the_scores_matters(scores):
    table = _table(np.arange(ROWS) % 2 == 0)
    first, second = roc(scores, table), roc(scores * 4.0 + 1.0, table)
    assert np.array_equal(first.signal_efficiency, second.signal_efficiency)
    assert first.auc == second.auc


def test_one_score_an_event_is_needed():
    with pytest.raises(TableError, match=r"scores of shape \(3,\) for a table of 2 events"):
        roc([1.0, 2.0, 3.0], _table([1, 0]))


@pytest.mark.parametrize(
    ("label", "weight", "message"),
    [
        ([1, 1], None, "the background is 0: a ROC curve needs a positive one"),
        ([0, 0], None, "the signal is 0"),
        ([1, 0], [1.0, -2.0], "the background is -2"),
        ([], None, "the signal is 0"),
    ],
)
def test_both_classes_need_a_positive_sum_of_weights(label, weight, message):
    table = _table(np.array(label, dtype=int), weight)
    with pytest.raises(TableError, match=message):
        roc(np.zeros(len(label)), table)
