from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.errors import FitError
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network import (
    BackgroundEvents,
    BackgroundFraction,
    Bytes,
    SignalEfficiency,
)
from coffea_lcf.training.cut_network.budget import Constraint

TABLE = ObservableTable.from_arrays(
    {"x": np.arange(4.0)}, [1, 0, 0, 1], weight=[5.0, 30.0, 20.0, 5.0]
)


@pytest.mark.parametrize(
    ("budget", "constraint"),
    [
        (BackgroundFraction(0.1), Constraint(False, 0.1)),
        (SignalEfficiency(0.95), Constraint(True, 0.95)),
        (BackgroundEvents(10.0), Constraint(False, 0.2)),
        (BackgroundEvents(10.0, before=1000.0), Constraint(False, 0.01)),
        (Bytes(5000.0, per_event=200.0), Constraint(False, 0.5)),
        (Bytes(5000.0, per_event=200.0, before=100.0), Constraint(False, 0.25)),
    ],
)
def test_a_budget_is_a_bound_on_an_efficiency(budget, constraint):
    assert budget.constraint(TABLE) == constraint


def test_constraints_are_said_in_words():
    assert str(Constraint(False, 0.125)) == "at most 12.5 % of the background"
    assert str(Constraint(True, 0.95)) == "at least 95 % of the signal"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BackgroundFraction(1.0), r"BackgroundFraction\(fraction=1.0\): a share between"),
        (lambda: SignalEfficiency(0.0), r"SignalEfficiency\(efficiency=0.0\): a share between"),
        (lambda: Bytes(1e6, 0.0), r"Bytes\(per_event=0.0\): a positive number of bytes"),
        (
            lambda: BackgroundEvents(50.0).constraint(TABLE),
            "50 background events: more than 0 and fewer than the 50 before the skim",
        ),
    ],
)
def test_budgets_that_no_skim_can_have_are_errors(make, message):
    with pytest.raises(FitError, match=message):
        make()
