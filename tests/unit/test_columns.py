from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.columns import flat_column, known_names, to_flat
from coffea_lcf.errors import MissingBranchError, TableError


def test_names_of_a_mapping_a_record_array_and_a_table(table):
    assert known_names({"b": [1.0], "a": [2.0]}) == ["b", "a"]
    assert known_names(ak.Array({"b": [1.0], "a": [2.0]})) == ["b", "a"]
    assert known_names(table) == ["mass", "tau21"]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8", "bool"])
def test_a_column_keeps_its_dtype(dtype):
    column = flat_column({"n": np.array([0, 1], dtype)}, "n")
    assert column.dtype == dtype
    assert column.tolist() == [0, 1]


def test_lists_structured_and_awkward_arrays_are_columns():
    structured = np.array([(1.0,), (2.0,)], dtype=[("x", "f4")])
    for columns in ({"x": [1.0, 2.0]}, structured, ak.Array({"x": [1.0, 2.0]})):
        assert flat_column(columns, "x").tolist() == [1.0, 2.0]


@pytest.mark.parametrize("values", [[1.5, None], [3, None], [True, None]])
def test_missing_values_become_nan(values):
    flat = to_flat("x", ak.Array(values))
    assert flat[0] == values[0]
    assert np.isnan(flat[1])


def test_a_missing_value_does_not_widen_float32():
    flat = to_flat("x", ak.values_astype(ak.Array([1.5, None]), np.float32))
    assert flat.dtype == np.float32


def test_masked_entries_of_numpy_are_missing_too():
    flat = to_flat("x", np.ma.array([1.0, 2.0], mask=[False, True]))
    assert flat[0] == 1.0
    assert np.isnan(flat[1])


def test_a_missing_column_names_the_nearest():
    with pytest.raises(MissingBranchError, match=r"'tau2' is not among.*\n  nearest  tau21"):
        flat_column({"mass": [1.0], "tau21": [0.5]}, "tau2")


def test_a_missing_field_of_a_structured_array_is_reported():
    with pytest.raises(MissingBranchError, match="'y' is not among the columns\n  nearest  x"):
        flat_column(np.zeros(2, dtype=[("x", "f4")]), "y")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (3.0, r"'x' has shape \(\), but one number per event is needed: \(N,\)"),
        (np.ones((2, 3)), r"'x' has shape \(2, 3\)"),
        ([[1.0], [1.0, 2.0]], "'x' is not one number per event: .*inhomogeneous"),
        (["a", "b"], "'x' has type <U1, but numbers are needed"),
        ([1.0, None], "'x' has type object, but numbers are needed"),
        (np.array([1 + 2j]), "'x' has type complex128, but numbers are needed"),
        (ak.Array([[1.0], [2.0, 3.0]]), r"one number per event but 2 \* var \* float64"),
        (ak.Array([[1.0], None]), r"but 2 \* option\[var \* float64\]\n.*ak.firsts"),
        (ak.Array([{"pt": 1.0}]), r"but 1 \* \{pt: float64\}"),
        (ak.Array(["a", "b"]), "numbers are needed"),
        (ak.Array([1.0, "b"]), "'x'"),
    ],
)
def test_what_is_not_one_number_per_event_is_refused(values, message):
    with pytest.raises(TableError, match=message):
        to_flat("x", values)
