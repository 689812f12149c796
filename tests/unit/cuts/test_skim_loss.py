from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.cuts.skim_loss import skim_loss

LABEL = torch.tensor([1.0, 0.0, 1.0, 0.0], dtype=torch.float64)
WEIGHT = torch.tensor([1.0, 1.0, 1.0, 2.0], dtype=torch.float64)
LOG_ODDS = torch.tensor([2.0, -1.0, 0.5, 0.3], dtype=torch.float64)


def test_with_everything_passing_it_is_the_cross_entropy_of_the_network():
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        LOG_ODDS, LABEL, weight=WEIGHT, reduction="sum"
    )

    assert float(skim_loss(torch.ones(4), LOG_ODDS, LABEL, WEIGHT)) == pytest.approx(
        float(expected) / 5
    )


def test_rejected_events_share_the_answer_of_their_odds():
    passing = torch.tensor([1.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    # rejected: signal 1, background 3
    expected = math.log1p(math.exp(-2.0)) - math.log(1 / 4) - 3 * math.log(3 / 4)

    assert float(skim_loss(passing, LOG_ODDS, LABEL, WEIGHT)) == pytest.approx(expected / 5)


def test_gradients_are_those_of_the_values():
    passing = torch.tensor([0.9, 0.3, 0.6, 0.2], dtype=torch.float64, requires_grad=True)
    log_odds = LOG_ODDS.clone().requires_grad_()

    assert torch.autograd.gradcheck(
        lambda p, q: skim_loss(p, q, LABEL, WEIGHT), (passing, log_odds)
    )


def test_the_network_does_not_learn_from_rejected_events():
    log_odds = LOG_ODDS.clone().requires_grad_()

    skim_loss(torch.tensor([1.0, 1.0, 0.0, 0.0]), log_odds, LABEL, WEIGHT).backward()

    assert (log_odds.grad != 0).tolist() == [True, True, False, False]
