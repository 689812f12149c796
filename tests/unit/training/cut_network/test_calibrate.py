from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.errors import FitError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.calibrate import calibrated, margins, moved_out, simplified

SCALES = {"a": 1.0, "b": 2.0}


@pytest.fixture
def table():
    random = np.random.default_rng(5)
    columns = {name: random.normal(0, 1, 20_000) for name in "ab"}
    return ObservableTable.from_arrays(
        columns, np.arange(20_000) % 2, weight=random.uniform(0.5, 1.5, 20_000)
    )


def test_margins_count_the_nearest_boundary_in_scales():
    selection = Selection((Cut("a", "right", lower=0.0), Cut("b", "middle", lower=-1.0, upper=3.0)))
    events = ObservableTable.from_arrays({"a": [0.25, 5.0, -3.0], "b": [1.0, 2.0, 0.0]}, [0, 0, 0])

    assert margins(selection, events, SCALES).tolist() == [0.25, 0.5, -3.0]


def test_the_outside_of_an_interval_has_margins_too():
    selection = Selection((Cut("b", "edge", lower=-1.0, upper=3.0),))
    events = ObservableTable.from_arrays({"b": [-3.0, 0.0, 7.0]}, [0, 0, 0])

    assert margins(selection, events, SCALES).tolist() == [1.0, -0.5, 2.0]
    assert moved_out(selection, 0.25, SCALES).cuts[0] == Cut("b", "edge", lower=-0.5, upper=2.5)


@pytest.mark.parametrize("signal", [True, False])
@pytest.mark.parametrize("efficiency", [0.02, 0.3, 0.9])
@pytest.mark.parametrize(
    "cut", [Cut("b", "middle", lower=-1.0, upper=0.5), Cut("b", "edge", lower=-0.5, upper=0.4)]
)
def test_the_efficiency_is_met_to_an_event(table, signal, efficiency, cut):
    selection = Selection((Cut("a", "left", upper=0.3), cut))

    found = calibrated(selection, table, Constraint(signal, efficiency), SCALES)

    of_class = table.weight * (table.label == signal)
    kept = of_class[found.mask(table)].sum() / of_class.sum()
    assert kept == pytest.approx(efficiency, abs=1.0 * of_class.max() / of_class.sum())


def test_a_boundary_that_rejects_nothing_is_dropped(table):
    selection = Selection(
        (Cut("a", "middle", lower=-9.0, upper=0.3), Cut("b", "edge", lower=-7.0, upper=-6.0))
    )

    found = simplified(selection, table)

    assert found == Selection((Cut("a", "left", upper=0.3),), unused=("b",))


def test_boundaries_that_do_reject_stay(table):
    selection = Selection(
        (Cut("a", "middle", lower=-1.0, upper=0.3), Cut("b", "right", lower=-1.0))
    )

    assert simplified(selection, table) == selection


def test_without_cuts_there_is_nothing_to_move(table):
    with pytest.raises(FitError, match="no cut is left to keep at most 10 % of the background"):
        calibrated(Selection(()), table, Constraint(False, 0.1), SCALES)
