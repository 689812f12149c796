from __future__ import annotations

import pytest
import torch

from coffea_lcf.training.newton_step import LARGEST_MOVE, Step, next_step, no_step


def _step(gradient, curvature, last=None):
    gradient = torch.tensor(gradient, dtype=torch.float64)
    curvature = torch.tensor(curvature, dtype=torch.float64)
    return next_step(gradient, curvature, last or no_step(gradient))


def test_a_step_ends_at_the_minimum_of_a_parabola():
    step = _step([2.0, 3.0], [[4.0, 2.0], [2.0, 3.0]])
    assert step.move.tolist() == pytest.approx([0.0, 1.0])


def test_no_step_is_larger_than_its_bound():
    step = _step([100.0, 10.0], [[1.0, 0.0], [0.0, 1.0]])
    assert step.move.tolist() == pytest.approx([LARGEST_MOVE, LARGEST_MOVE / 10])


def test_a_step_back_reaches_half_as_far_as_the_last():
    last = Step(torch.tensor([1.0, 0.2]).double(), torch.tensor([4.0]).double())
    step = _step([-2.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], last)
    assert step.move.tolist() == pytest.approx([-0.5, 0.0])


def test_a_step_on_reaches_twice_as_far_as_the_last():
    last = Step(torch.tensor([1.0, 0.0]).double(), torch.tensor([1.0]).double())
    step = _step([9.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], last)
    assert step.move.tolist() == pytest.approx([2.0, 0.0])


def test_neurons_step_by_themselves():
    gradient = [[2.0, 0.0], [0.0, 6.0]]
    curvature = [[[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]]]
    assert _step(gradient, curvature).move.tolist() == [[1.0, 0.0], [0.0, 3.0]]
