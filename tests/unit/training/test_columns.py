from __future__ import annotations

import numpy as np
import torch

from coffea_lcf.table import ObservableTable
from coffea_lcf.training.columns import columns


def _columns(stands=1.0):
    table = ObservableTable.from_arrays(
        {"a": [1.0, 2.0, 3.0, 4.0], "b": [5.0, 6.0, 7.0, 8.0]}, [1, 0, 0, 1], [1.0, 2.0, 4.0, -1.0]
    )
    return table, columns(table, (0.5, 2.0), stands, torch.device("cpu"))


def test_columns_scale_the_weights_of_each_class():
    _, events = _columns()
    assert events.weight.tolist() == [2.0, 1.0, 2.0, -2.0]
    assert events.label.tolist() == [1.0, 0.0, 0.0, 1.0]
    assert [column.tolist() for column in events.observables] == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_row_weighs_as_many_events_as_it_stands_for():
    _, events = _columns(np.array([1.0, 3.0, 3.0, 1.0]))
    # their mean is taken out: weights keep the mean 1 that the scales gave them
    assert events.weight.tolist() == [1.0, 1.5, 3.0, -1.0]


def test_columns_on_a_cpu_are_not_copied():
    table, events = _columns()
    assert events.observables[0].numpy().base is not None
    assert np.shares_memory(events.observables[0].numpy(), table["a"])
