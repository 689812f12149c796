from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from coffea_lcf.cuts.cut_network import CutThenNetwork
from coffea_lcf.cuts.joint import Events
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.events import to_device
from coffea_lcf.training.cut_network.finish import finished, hard_loss, valued

BOUND = Constraint(False, 0.5)
FLOOR = Constraint(True, 0.5)
TABLE = ObservableTable.from_arrays({"x": [3.0, 1.0, -1.0, -2.0]}, [1, 0, 1, 0])
SKIM = Selection((Cut("x", "right", lower=0.0),))


@pytest.fixture
def model():
    """Return a network whose log-odds are x."""
    network = torch.nn.Linear(1, 1)
    with torch.no_grad():
        network.weight.fill_(1.0)
        network.bias.fill_(0.0)
    return CutThenNetwork(torch.nn.Identity(), network, 1)


@pytest.fixture
def events():
    return to_device(TABLE, "sample", torch.device("cpu"))


def _entropy(log_odds, label):
    return math.log1p(math.exp(-log_odds if label else log_odds))


def test_an_event_is_worth_what_the_network_knows_beyond_the_rejection(model, events):
    found = valued(model, events, BOUND, SKIM, TABLE)

    # half of the rejected events are signal: their answer costs ln 2
    expected = [
        (math.log(2) - _entropy(x, label)) / 4
        for x, label in zip(TABLE["x"].tolist(), TABLE.label.tolist(), strict=True)
    ]
    assert found.weight[:4].tolist() == pytest.approx(expected)
    assert found.weight[4:].tolist() == [1.0, 1.0]
    assert found.x[4:, 0].tolist() == [1.0, -2.0]
    assert found.label.tolist() == [1, 1, 1, 1, 0, 0]


def test_a_floor_of_signal_charges_for_background(model, events):
    bound, floor = (valued(model, events, one, SKIM, TABLE) for one in (BOUND, FLOOR))

    assert (bound.weight[:4] - floor.weight[:4]).tolist() == pytest.approx([0, 0.5, 0, 0.5])
    assert floor.x[4:, 0].tolist() == [3.0, -1.0]


def test_the_loss_of_hard_cuts_is_that_of_what_passes_and_what_fails(model, events):
    expected = (_entropy(3.0, 1) + _entropy(1.0, 0) + 2 * math.log(2)) / 4

    assert hard_loss(model, events, BOUND, SKIM, TABLE) == pytest.approx(expected)
    assert hard_loss(model, events, FLOOR, SKIM, TABLE) == pytest.approx(expected + 0.5)


def test_the_best_boundary_near_the_budget_is_found():
    random = np.random.default_rng(0)
    x = random.uniform(0, 1, (4000, 1)).astype(np.float32)
    label = np.repeat([1, 0], 2000)
    # what passes is worth more the larger x is, and all background counts alike
    events = Events(x, label, np.where(label == 1, x[:, 0] / 2000.0, 1.0))
    table = ObservableTable.from_arrays({"x": x[:, 0]}, label)
    start = Selection((Cut("x", "right", lower=0.2),))

    found = finished(start, events, BOUND, 1.0, table)

    assert found.cuts[0].case == "right"
    assert found.cuts[0].lower == pytest.approx(0.5, abs=0.05)
