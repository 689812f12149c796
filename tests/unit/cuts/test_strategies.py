from __future__ import annotations

import pytest
import torch

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import Parallel, ReferenceSequential, Sequential


@pytest.fixture
def cuts() -> LearnableCuts:
    """Cuts with center 0: outside of ±1, then below 2, then inside of ±1."""
    one = torch.ones(3)
    cuts = LearnableCuts(0 * one, one, 0 * one, 1, torch.Generator())
    lower = [(-1.0, -1.0), (-1.0, -0.0), (1.0, 1.0)]
    upper = [(1.0, -1.0), (-1.0, 2.0), (-1.0, 1.0)]
    cuts.set_effective(torch.tensor([[lower, upper]]))
    return cuts


def test_parallel_masks_nothing(cuts):
    assert Parallel().gate(cuts, torch.zeros(5, 3), 0.5) is None


def test_sequential_masks_what_the_cuts_before_reject(cuts):
    x = torch.tensor(
        [
            [3.0, 0.0, 0.0],  # passes everything
            [-3.0, 0.0, 9.0],  # fails the last cut, which nothing follows
            [0.0, 0.0, 0.0],  # fails the edge
            [3.0, 5.0, 0.0],  # fails the second cut
            [0.0, 5.0, 0.0],  # fails both
        ]
    )
    gate = Sequential().gate(cuts, x, 0.5)
    assert gate.shape == (1, 5, 3)
    assert gate[0].int().tolist() == [[1, 1, 1], [1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0]]


def test_an_edge_cut_passes_its_own_case(cuts):
    """Asking both neurons, as the reference does, lets nothing pass an edge."""
    x = torch.tensor([[-3.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    z = cuts.standardised(x)
    both_neurons = torch.stack(
        [cuts(z, torch.full_like(z, side, dtype=torch.bool)) > 0 for side in (0, 1)]
    ).all(0)
    assert not both_neurons[0, :, 0].any()
    assert Sequential().gate(cuts, x, 0.5)[0, :, 1].all()


def test_the_first_cut_sees_every_event(cuts):
    x = torch.randn(100, 3, generator=torch.Generator().manual_seed(0)) * 3
    assert Sequential().gate(cuts, x, 0.5)[..., 0].all()


def test_the_chain_uses_the_threshold(cuts):
    # at 0.9 the edge moves out to 1 + ln 9 = 3.2
    x = torch.tensor([[3.0, 0.0, 0.0]])
    assert Sequential().gate(cuts, x, 0.5)[0, 0, 1]
    assert not Sequential().gate(cuts, x, 0.9)[0, 0, 1]


def test_repeats_have_their_own_chains():
    one = torch.ones(2)
    cuts = LearnableCuts(0 * one, one, -10 * one, 2, torch.Generator())
    # repeat 0 keeps x > 0, repeat 1 keeps x < 0
    effective = torch.tensor([[[[1.0, 0.0]] * 2] * 2, [[[-1.0, 0.0]] * 2] * 2])
    cuts.set_effective(effective)
    gate = Sequential().gate(cuts, torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), 0.5)
    assert gate[:, :, 1].tolist() == [[True, False], [False, True]]


def test_the_gate_carries_no_gradient(cuts):
    assert not Sequential().gate(cuts, torch.zeros(2, 3), 0.5).requires_grad


def test_names():
    assert (Parallel().name, Sequential().name) == ("parallel", "sequential")


@pytest.mark.parametrize("strategy", [Sequential(), ReferenceSequential()])
@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_what_a_cut_leaves_is_what_later_ones_learn_from(cuts, strategy, threshold):
    x = torch.randn(1000, 3, generator=torch.Generator().manual_seed(0)) * 3
    passes = strategy.leaves(cuts, threshold).passes(x)
    gate = strategy.gate(cuts, x, threshold)
    assert torch.equal(gate[..., 1], passes[..., 0])
    assert torch.equal(gate[..., 2], passes[..., :2].all(-1))


def test_parallel_cuts_leave_all_events(cuts):
    assert Parallel().leaves(cuts, 0.5) is None
