from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.training.cut_network.budget import Constraint
from coffea_lcf.training.cut_network.lagrangian import AugmentedLagrangian, Free

LABEL = torch.tensor([1.0, 0.0, 0.0])
WEIGHT = torch.tensor([1.0, 3.0, 1.0])
HARD = torch.tensor([True, True, False])


def test_the_price_is_that_of_the_formula_on_hard_counts():
    price = AugmentedLagrangian(Constraint(False, 0.25), stiffness=2.0, rate=0.5)
    price.multiplier.fill_(0.7)

    paid = price(torch.full((3,), 0.5), HARD, LABEL, WEIGHT)

    violation = math.log(0.75 / 0.25)
    assert float(paid) == pytest.approx(0.7 * violation + violation**2)
    assert float(price.multiplier) == pytest.approx(0.7 + 0.5 * violation)


def test_a_floor_of_signal_pays_for_the_background_that_passes():
    price = AugmentedLagrangian(Constraint(True, 0.5), stiffness=2.0, rate=0.5).eval()
    price.kept.fill_(0.5)

    assert float(price(torch.tensor([1.0, 0.25, 1.0]), HARD, LABEL, WEIGHT)) == pytest.approx(
        (3 * 0.25 + 1.0) / 4
    )


def test_the_gradient_is_that_of_the_soft_efficiency():
    price = AugmentedLagrangian(Constraint(False, 0.25), stiffness=2.0, rate=0.5)
    passing = torch.full((3,), 0.5, requires_grad=True)

    price(passing, HARD, LABEL, WEIGHT).backward()

    slope = 2.0 * math.log(3.0) / 0.75
    assert passing.grad.tolist() == pytest.approx([0.0, slope * 0.75, slope * 0.25])


def test_a_multiplier_is_never_negative():
    price = AugmentedLagrangian(Constraint(False, 0.9), stiffness=1.0, rate=5.0)

    price(torch.full((3,), 0.5), torch.tensor([True, False, True]), LABEL, WEIGHT)

    assert float(price.multiplier) == 0.0


def test_nothing_moves_while_evaluating():
    price = AugmentedLagrangian(Constraint(False, 0.25), stiffness=1.0, rate=1.0).eval()
    price.kept.fill_(0.5)

    price(torch.full((3,), 0.5), HARD, LABEL, WEIGHT)

    assert (float(price.multiplier), float(price.kept)) == (0.0, 0.5)


def test_without_a_budget_nothing_is_paid():
    assert float(Free()(torch.full((3,), 0.5), HARD, LABEL, WEIGHT)) == 0.0
