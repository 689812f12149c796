from __future__ import annotations

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.errors import FitError, TableError
from coffea_lcf.training.census import finite_rows, take_census
from coffea_lcf.training.prepare import DroppedEventsWarning


def _table(x, label, weight=None, name="x"):
    return lcf.ObservableTable.from_arrays({name: x}, label, weight, {name: "GeV"})


def _random():
    return np.random.default_rng(3)


def test_sums_and_limits_are_those_of_all_events():
    tables = [_table([1.0, -4.0], [0, 0], [2.0, -0.5]), _table([7.0, 3.0, 2.0], [1, 0, 1])]
    census = take_census(tables, 100, _random())
    assert census.events == (3.0, 2.0)
    assert census.weights == (2.5, 2.0)
    assert census.limits["x"].tolist() == [-4.0, 7.0]
    assert census.limits.unit("x") == "GeV"


def test_a_sample_larger_than_the_stream_is_all_of_it():
    tables = [_table([1.0, 2.0], [0, 1], [5.0, 6.0]), _table([3.0], [0], [7.0])]
    census = take_census(tables, 100, _random())
    rows = zip(census.sample["x"], census.sample.label, census.sample.weight, strict=True)
    assert sorted(rows) == [(1.0, False, 5.0), (2.0, True, 6.0), (3.0, False, 7.0)]
    assert census.stands.tolist() == [1.0, 1.0, 1.0]


def test_half_of_the_sample_is_of_each_class_and_stands_for_all_of_it():
    label = np.arange(1000) % 10 == 0
    table = _table(np.arange(1000.0), label)
    census = take_census(
        (table.select(slice(k, k + 90)) for k in range(0, 1000, 90)), 40, _random()
    )
    assert census.sample.label.tolist() == [False] * 20 + [True] * 20
    assert census.stands.tolist() == [45.0] * 20 + [5.0] * 20
    assert len(np.unique(census.sample["x"])) == 40
    assert (label[census.sample["x"].astype(int)] == census.sample.label).all()


def test_every_event_is_as_likely_wherever_it_is():
    table = _table(np.arange(40.0), np.arange(40) % 2)
    random, seen = _random(), np.zeros(40)
    for _ in range(2000):
        census = take_census([table.select(slice(7)), table.select(slice(7, 40))], 8, random)
        seen[census.sample["x"].astype(int)] += 1
    # binomial of 2000 with 4 / 20: 400 ± 18
    assert np.abs(seen - 400).max() < 4.5 * 18
    assert seen[:7].mean() == pytest.approx(400, abs=3.5 * 18 / 7**0.5)


def test_rows_that_are_not_finite_count_nowhere():
    with pytest.warns(DroppedEventsWarning, match="2 of 5 events"):
        census = take_census(
            [_table([np.nan], [1]), _table([1.0, np.inf, 2.0, 3.0], [0, 0, 1, 1])], 10, _random()
        )
    assert census.events == (1.0, 2.0)
    assert census.limits["x"].tolist() == [1.0, 3.0]


def test_finite_rows_of_a_finite_table_are_the_table():
    table = _table([1.0, 2.0], [0, 1])
    assert finite_rows(table) is table


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([], "no background among the 0 usable events of the stream"),
        ([_table([1.0, 2.0], [0, 0])], "no signal among the 2 usable events of the stream"),
    ],
)
def test_a_missing_class_is_named(tables, message):
    with pytest.raises(FitError, match=message):
        take_census(tables, 10, _random())


def test_other_observables_are_named():
    tables = [_table([1.0], [0]), _table([1.0], [1], name="y")]
    with pytest.raises(TableError, match=r"different observables: \('x',\) and \('y',\)"):
        take_census(tables, 10, _random())
