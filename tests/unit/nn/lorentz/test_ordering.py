from __future__ import annotations

import torch

from coffea_lcf.nn.lorentz.ordering import leading
from coffea_lcf.nn.lorentz.transformations import transform


def test_the_order_is_that_of_the_energies_in_the_rest_frame():
    # the jet rests: its rest frame is the laboratory
    p4 = torch.tensor([[[2.0, 1, 0, 0], [9.0, 9, 9, 9], [4.0, -2, 0, 0], [3.0, 1, 0, 0]]])
    mask = torch.tensor([[True, False, True, True]])
    ordered, present = leading(p4, mask, 5)
    assert ordered[0, :, 0].tolist() == [4.0, 3.0, 2.0, 0.0, 0.0]
    assert ordered[0, 3:].abs().sum() == 0.0
    assert present.tolist() == [[True, True, True, False, False]]


def test_the_softest_are_left_out():
    p4 = torch.tensor([[[2.0, 1, 0, 0], [4.0, -2, 0, 0], [3.0, 1, 0, 0]]])
    ordered, present = leading(p4, torch.ones(1, 3, dtype=torch.bool), 2)
    assert ordered[0, :, 0].tolist() == [4.0, 3.0]
    assert present.all()


def test_nan_in_empty_slots_does_not_matter():
    p4 = torch.tensor([[[torch.nan] * 4, [1.0, 0, 0, 0]]])
    ordered, present = leading(p4, torch.tensor([[False, True]]), 2)
    assert ordered.tolist() == [[[1.0, 0, 0, 0], [0.0] * 4]]
    assert present.tolist() == [[True, False]]


def test_the_order_is_the_same_for_all_observers(jets, frame):
    p4, mask = jets
    ordered, present = leading(p4, mask, 8)
    seen, also_present = leading(transform(frame, p4), mask, 8)
    assert torch.allclose(seen, transform(frame, ordered), rtol=1e-9, atol=1e-9)
    assert torch.equal(present, also_present)


def test_the_order_of_the_input_and_its_empty_slots_do_not_matter(jets):
    p4, mask = jets
    order = torch.randperm(mask.shape[1], generator=torch.Generator().manual_seed(4))
    expected = leading(p4, mask, 8)
    moved = leading(p4[:, order], mask[:, order], 8)
    assert torch.equal(moved[0], expected[0])
    assert torch.equal(moved[1], expected[1])
