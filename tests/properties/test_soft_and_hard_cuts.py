from __future__ import annotations

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from coffea_lcf.cuts.harden import crossings, harden
from coffea_lcf.cuts.learnable_cut import LearnableCuts

slopes = st.floats(0.1, 10.0) | st.floats(-10.0, -0.1)
thresholds = st.floats(0.05, 0.95)


@st.composite
def learnable_cuts(draw, observables: int = 2) -> LearnableCuts:
    """Draw cuts in double precision: rounding is not what is tested here."""

    def column(values):
        drawn = draw(st.lists(values, min_size=observables, max_size=observables))
        return torch.tensor(drawn, dtype=torch.float64)

    mean, scale = column(st.floats(-100, 100)), column(st.floats(0.1, 100))
    center = mean + scale * column(st.floats(-2, 2))
    cuts = LearnableCuts(mean, scale, center, 1, torch.Generator()).double()
    with torch.no_grad():
        cuts.slope.copy_(torch.stack([column(slopes), column(slopes)])[None])
        cuts.offset.copy_(torch.stack([column(st.floats(-5, 5)), column(st.floats(-5, 5))])[None])
        cuts.theta.copy_(column(st.floats(-2, 2))[None])
    return cuts


def _events(cuts: LearnableCuts) -> torch.Tensor:
    boundary, _ = crossings(cuts, 0.5)
    spread = torch.linspace(-4, 4, 41, dtype=torch.float64).unsqueeze(1)
    return torch.cat([cuts.mean + spread * cuts.scale, boundary[0], boundary[0] + cuts.scale])


def _scores(cuts: LearnableCuts, x: torch.Tensor, above: torch.Tensor) -> torch.Tensor:
    return torch.sigmoid(cuts(cuts.standardised(x), above))[0].detach()


@given(learnable_cuts(), thresholds)
def test_a_neuron_passes_the_threshold_on_the_side_that_it_keeps(cuts, threshold):
    boundary, keeps_right = crossings(cuts, threshold)
    x = _events(cuts)
    for side in (0, 1):
        score = _scores(cuts, x, torch.full_like(x, side, dtype=torch.bool))
        distance = x - boundary[0, side]
        clear = distance.abs() > 1e-9 * (cuts.scale + x.abs())
        right = (distance > 0) == keeps_right[0, side]
        assert torch.equal((score > threshold)[clear], right[clear])


# few of the cuts are windows or edges, so more of them are drawn
@settings(max_examples=400)
@given(learnable_cuts(), thresholds)
def test_windows_and_edges_are_the_scores_of_both_neurons(cuts, threshold):
    """For two valid crossings of unlike directions the hard mask is score > threshold."""
    boundary, keeps_right = crossings(cuts, threshold)
    valid = (boundary[0, 0] < cuts.centers) & (boundary[0, 1] > cuts.centers)
    chosen = valid & (keeps_right[0, 0] != keeps_right[0, 1])
    x = _events(cuts)
    passes = harden(cuts, threshold).passes(x)[0]
    score = _scores(cuts, x, x > cuts.centers)
    clear = ((x - boundary[0, :, None]).abs() > 1e-9 * (cuts.scale + x.abs())).all(0)
    rows = clear & chosen
    assert torch.equal(passes[rows], (score > threshold)[rows])


@given(learnable_cuts(), thresholds)
def test_the_score_on_a_boundary_is_the_threshold(cuts, threshold):
    boundary, _ = crossings(cuts, threshold)
    for side in (0, 1):
        x = boundary[0, side].unsqueeze(0)
        score = _scores(cuts, x, torch.full_like(x, side, dtype=torch.bool))
        assert all(math.isclose(one, threshold, abs_tol=1e-6) for one in score[0].tolist())


@given(learnable_cuts(), thresholds, st.floats(0.01, 100), st.floats(-100, 100))
def test_hard_cuts_follow_a_change_of_units(cuts, threshold, factor, shift):
    changed = LearnableCuts(
        factor * cuts.mean + shift,
        factor * cuts.scale,
        factor * cuts.centers + shift,
        1,
        torch.Generator(),
    ).double()
    changed.load_state_dict({**cuts.state_dict(), **dict(changed.named_buffers())})
    x = cuts.mean + torch.linspace(-4, 4, 17, dtype=torch.float64).unsqueeze(1) * cuts.scale
    boundary, _ = crossings(cuts, threshold)
    clear = ((x - boundary[0, :, None]).abs() > 1e-6 * (cuts.scale + x.abs())).all(0)
    clear &= ((boundary - cuts.centers).abs() > 1e-6 * cuts.scale).all(1)[0]
    before = harden(cuts, threshold).passes(x)[0]
    after = harden(changed, threshold).passes(factor * x + shift)[0]
    assert torch.equal(before[clear], after[clear])


@given(learnable_cuts(observables=4))
def test_importance_is_a_share(cuts):
    importance = cuts.importance()
    assert math.isclose(float(importance.detach().sum()), 1.0, rel_tol=1e-9)
    assert (importance > 0).all()
