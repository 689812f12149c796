from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.cuts.harden import HardCuts, crossings, harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts

INFINITY = float("inf")


def _cuts(
    lower: tuple[int, float], upper: tuple[int, float], threshold: float = 0.5
) -> LearnableCuts:
    """Return one cut with center 0 whose neurons keep a direction (±1) from a boundary."""
    one = torch.ones(1)
    cuts = LearnableCuts(0 * one, one, 0 * one, 1, torch.Generator())
    slope = torch.tensor([[[2.0 * lower[0]], [2.0 * upper[0]]]])
    boundary = torch.tensor([[[lower[1]], [upper[1]]]])
    logit = math.log(threshold / (1 - threshold))
    cuts.set_effective(torch.stack((slope, logit - slope * boundary), -1))
    return cuts


def _hardened(*arguments) -> tuple[bool, float, float]:
    hard = harden(_cuts(*arguments), *arguments[2:])
    return bool(hard.edge), float(hard.lower), float(hard.upper)


# the table of the method: (direction, boundary) of both neurons, center 0
@pytest.mark.parametrize(
    ("lower", "upper", "edge", "low", "high"),
    [
        # both valid
        ((-1, -1.0), (-1, 2.0), False, -INFINITY, -1.0),
        ((+1, -1.0), (+1, 2.0), False, 2.0, INFINITY),
        ((+1, -1.0), (-1, 2.0), False, -1.0, 2.0),
        ((-1, -1.0), (+1, 2.0), True, -1.0, 2.0),
        # only the lower one valid: both boundaries below the center, L counts
        ((-1, -1.0), (-1, -2.0), False, -INFINITY, -1.0),
        ((-1, -1.0), (+1, -2.0), False, -INFINITY, -1.0),
        ((+1, -1.0), (-1, -2.0), False, -1.0, INFINITY),
        ((+1, -1.0), (+1, -2.0), False, -1.0, INFINITY),
        # only the upper one valid: both above, U counts
        ((-1, 1.0), (-1, 2.0), False, -INFINITY, 2.0),
        ((+1, 1.0), (-1, 2.0), False, -INFINITY, 2.0),
        ((-1, 1.0), (+1, 2.0), False, 2.0, INFINITY),
        ((+1, 1.0), (+1, 2.0), False, 2.0, INFINITY),
        # none valid: left takes L, right takes U, else an edge
        ((-1, 1.0), (-1, -2.0), False, -INFINITY, 1.0),
        ((+1, 1.0), (+1, -2.0), False, -2.0, INFINITY),
        ((+1, 1.0), (-1, -2.0), True, 1.0, -2.0),
        ((-1, 1.0), (+1, -2.0), True, 1.0, -2.0),
    ],
)
@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_every_row_of_the_table(lower, upper, edge, low, high, threshold):
    assert _hardened(lower, upper, threshold) == (
        edge,
        pytest.approx(low, abs=1e-6),
        pytest.approx(high, abs=1e-6),
    )


def test_a_boundary_on_the_center_is_not_valid():
    # the lower neuron crosses at 0, the center: the upper one alone decides
    assert _hardened((-1, 0.0), (+1, 2.0)) == (False, 2.0, INFINITY)


def test_boundaries_are_in_the_units_of_the_observable():
    one = torch.ones(1)
    cuts = LearnableCuts(80 * one, 10 * one, 80 * one, 1, torch.Generator())
    effective = torch.tensor([[[[2.0, 4.0]], [[-2.0, 3.0]]]])
    cuts.set_effective(effective)
    boundary, keeps_right = crossings(cuts, 0.5)
    # 80 + 10 (0 - 4) / 2 and 80 + 10 (0 - 3) / -2
    assert boundary.flatten().tolist() == pytest.approx([60.0, 95.0])
    assert keeps_right.flatten().tolist() == [True, False]
    logit = math.log(0.75 / 0.25)
    boundary, _ = crossings(cuts, 0.75)
    assert boundary.flatten().tolist() == pytest.approx([60 + 5 * logit, 95 - 5 * logit])


def test_importance_and_slope_act_together():
    one = torch.ones(2)
    cuts = LearnableCuts(0 * one, one, 0 * one, 1, torch.Generator().manual_seed(1))
    before, _ = crossings(cuts, 0.5)
    cuts.set_importance(torch.tensor([[0.9, 0.1]]))
    after, _ = crossings(cuts, 0.5)
    assert torch.allclose(before, after, rtol=1e-4)


def test_events_pass_by_the_case_of_each_cut():
    # repeats x observables: middle, edge / left, right; nothing passes on a boundary
    hard = HardCuts(
        lower=torch.tensor([[-1.0, -1.0], [-INFINITY, 1.0]]),
        upper=torch.tensor([[1.0, 1.0], [-1.0, INFINITY]]),
        edge=torch.tensor([[False, True], [False, False]]),
    )
    x = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0]).unsqueeze(1).expand(-1, 2)
    passes = hard.passes(x)
    assert passes.shape == (2, 5, 2)
    assert passes[0, :, 0].tolist() == [False, False, True, False, False]
    assert passes[0, :, 1].tolist() == [True, False, False, False, True]
    assert passes[1, :, 0].tolist() == [True, False, False, False, False]
    assert passes[1, :, 1].tolist() == [False, False, False, False, True]


def test_an_edge_with_crossed_boundaries_keeps_everything():
    hard = harden(_cuts((+1, 1.0), (-1, -2.0)))
    x = torch.linspace(-3, 3, 13).unsqueeze(1)
    assert hard.passes(x).all()


def test_hardening_leaves_no_graph():
    hard = harden(_cuts((+1, -1.0), (-1, 2.0)))
    assert not hard.lower.requires_grad
    assert not hard.upper.requires_grad


@pytest.mark.parametrize(
    ("flat", "edge", "low", "high"),
    [
        ("lower", False, -INFINITY, 2.0),
        ("upper", False, -INFINITY, -1.0),
        ("both", False, -INFINITY, INFINITY),
    ],
)
def test_a_flat_neuron_makes_no_boundary(flat, edge, low, high):
    cuts = _cuts((-1, -1.0), (-1, 2.0))
    sides = {"lower": slice(0, 1), "upper": slice(1, 2), "both": slice(0, 2)}[flat]
    with torch.no_grad():
        cuts.slope[:, sides] = 0.0
        cuts.offset[:, sides] = 0.0
    hard = harden(cuts)
    assert (bool(hard.edge), float(hard.lower), float(hard.upper)) == (edge, low, high)


def test_repeats_and_observables_keep_their_places():
    generator = torch.Generator().manual_seed(3)
    numbers = [torch.tensor([1.0, 2.0, 3.0]) for _ in range(3)]
    cuts = LearnableCuts(*numbers, 4, generator)
    together = harden(cuts)
    assert together.lower.shape == (4, 3)
    for i in range(3):
        alone = harden(cuts.nominal(slice(i, i + 1)))
        assert float(alone.lower) == pytest.approx(float(together.lower[0, i]), rel=1e-4)
        assert float(alone.upper) == pytest.approx(float(together.upper[0, i]), rel=1e-4)
        assert bool(alone.edge) == bool(together.edge[0, i])
