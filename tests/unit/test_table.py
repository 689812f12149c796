from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.errors import MissingBranchError, NonFiniteError, TableError
from coffea_lcf.table import ObservableTable, concatenate


def test_columns_labels_and_weights_have_the_types_of_the_bridge(table):
    assert table.names == ("mass", "tau21")
    assert table["mass"].dtype == np.float32
    assert table.label.tolist() == [True, True, False, False]
    assert table.weight.dtype == np.float64
    assert len(table) == 4
    assert list(table) == table.fields == ["mass", "tau21"]


def test_units_are_given_or_empty(table):
    assert (table.unit("mass"), table.unit("tau21")) == ("GeV", "")


def test_weights_are_one_if_not_given():
    table = ObservableTable.from_arrays({"x": [1.0, 2.0]}, [True, False])
    assert table.weight.tolist() == [1.0, 1.0]


def test_awkward_columns_with_missing_values():
    table = ObservableTable.from_arrays({"x": ak.Array([1.0, None])}, ak.Array([1, 0]))
    assert table.finite().tolist() == [True, False]


def test_rows_may_be_nan_or_infinite_and_are_found():
    table = ObservableTable.from_arrays(
        {"x": [1.0, np.nan, 3.0], "y": [1.0, 2.0, -np.inf]}, [1, 0, 0]
    )
    assert table.finite().tolist() == [True, False, False]


def test_the_matrix_has_a_row_per_event(table):
    assert table.matrix().dtype == np.float32
    assert table.matrix().flags.c_contiguous
    assert table.matrix()[1].tolist() == [91.0, np.float32(0.3)]


def test_select_takes_masks_and_indices(table):
    chosen = table.select(table["mass"] > 25)
    assert chosen["tau21"].tolist() == table["tau21"][[0, 1, 3]].tolist()
    assert chosen.weight.tolist() == [1.0, 2.0, 1.5]
    assert table.select(np.array([3, 0])).label.tolist() == [False, True]
    assert chosen.unit("mass") == "GeV"


def test_only_reorders_and_keeps_the_units(table):
    reordered = table.only(("tau21", "mass"))
    assert reordered.names == ("tau21", "mass")
    assert reordered.unit("mass") == "GeV"
    assert table.only(("tau21",)).units == {}


def test_split_takes_the_fraction_of_each_class(two_classes):
    first, second = two_classes.split(0.25, seed=3)
    assert (len(first), len(second)) == (3000, 1000)
    assert second.label.sum() == 500
    rows = np.concatenate([first.matrix(), second.matrix()])
    assert sorted(map(tuple, rows.tolist())) == sorted(map(tuple, two_classes.matrix().tolist()))


def test_split_follows_its_seed(two_classes):
    same = [two_classes.split(0.5, seed=3)[1]["peak"] for _ in range(2)]
    other = two_classes.split(0.5, seed=4)[1]["peak"]
    assert np.array_equal(*same)
    assert not np.array_equal(same[0], other)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, float("nan")])
def test_split_needs_a_fraction(table, fraction):
    with pytest.raises(TableError, match=rf"fraction = {fraction} is not between 0 and 1"):
        table.split(fraction)


def test_concatenate_aligns_by_name(table):
    both = concatenate([table, table.only(("tau21", "mass"))])
    assert both.names == table.names
    assert both["mass"].tolist() == table["mass"].tolist() * 2
    assert both.label.tolist() == table.label.tolist() * 2
    assert both.weight.sum() == 2 * table.weight.sum()
    assert both.units == table.units


def test_concatenate_refuses_nothing_and_other_observables(table):
    with pytest.raises(TableError, match="no tables to concatenate"):
        concatenate([])
    with pytest.raises(TableError, match=r"different observables: \('mass', 'tau21'\) and"):
        concatenate([table, table.only(("mass",))])


def test_a_missing_observable_names_the_nearest(table):
    with pytest.raises(MissingBranchError, match=r"no observable 'tau2' .*\n  nearest  tau21"):
        table["tau2"]


@pytest.mark.parametrize(
    ("columns", "label", "options", "message"),
    [
        ({}, [1], {}, "at least one observable, got no columns"),
        ({"x": [1.0, 2.0]}, [1, 0, 0], {}, "'x' has 2 entries, but label has 3"),
        ({"x": [1.0]}, [1], {"weight": [1.0, 1.0]}, "'weight' has 2 entries, but label has 1"),
        ({"x": [1.0, 2.0]}, [1, -1], {}, r"label\[1\] = .*-1.*1 \(signal\) and 0 \(background\)"),
        ({"x": [1.0]}, [np.nan], {}, r"label\[0\] = .*nan"),
        ({"x": [1.0]}, ["signal"], {}, "'label' has type <U6"),
        ({"x": [[1.0, 2.0]]}, [1], {}, r"'x' has shape \(1, 2\)"),
        ({"x": [1.0]}, [1], {"units": {"y": "GeV"}}, r"unit given for 'y', .*column \(x\)"),
    ],
)
def test_what_makes_no_table_is_refused(columns, label, options, message):
    with pytest.raises(TableError, match=message):
        ObservableTable.from_arrays(columns, label, **options)


def test_weights_must_be_finite():
    with pytest.raises(
        NonFiniteError, match=r"2 weights are not finite, the first is weight\[1\] = nan"
    ):
        ObservableTable.from_arrays({"x": [1.0, 2.0, 3.0]}, [1, 0, 0], [1.0, np.nan, np.inf])


def test_balanced_classes_have_the_same_sum_and_mean_weight_one():
    table = ObservableTable.from_arrays({"x": range(5)}, [1, 0, 0, 0, 0], [3.0, 1.0, 1.0, 4.0, 2.0])
    even = table.balanced()
    assert even.weight[even.label].sum() == pytest.approx(2.5)
    assert even.weight[~even.label].sum() == pytest.approx(2.5)
    assert even.weight[3] == pytest.approx(4 * even.weight[1])
    assert table.weight.tolist() == [3.0, 1.0, 1.0, 4.0, 2.0]


def test_a_class_without_weight_cannot_be_balanced():
    table = ObservableTable.from_arrays({"x": [1, 2]}, [1, 0], [1.0, 0.0])
    with pytest.raises(TableError, match="the sum of weights of the background is 0, and must be"):
        table.balanced()


def test_each_class_has_its_sum_of_weights_and_can_be_scaled():
    table = ObservableTable.from_arrays({"x": range(4)}, [1, 0, 1, 0], [1.0, 2.0, -0.5, 4.0])
    assert table.sumw() == (0.5, 6.0)
    scaled = table.scaled(signal=2.0, background=0.5)
    assert scaled.weight.tolist() == [2.0, 1.0, -1.0, 2.0]
    assert scaled.sumw() == (1.0, 3.0)
    assert table.sumw() == (0.5, 6.0)
