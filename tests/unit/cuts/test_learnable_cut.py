from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.cuts.learnable_cut import SMALLEST, START, LearnableCuts


def _cuts(repeats: int = 2, seed: int = 1) -> LearnableCuts:
    generator = torch.Generator().manual_seed(seed)
    mean, scale = torch.tensor([80.0, 0.5, 2.0]), torch.tensor([10.0, 0.1, 1.0])
    return LearnableCuts(mean, scale, torch.tensor([80.0, 0.4, 2.0]), repeats, generator)


def test_there_are_five_numbers_an_observable_and_repeat():
    assert sum(parameter.numel() for parameter in _cuts().parameters()) == 5 * 3 * 2


def test_starts_are_uniform_and_differ_between_repeats():
    cuts = _cuts(repeats=2000)
    for start in (cuts.slope.detach(), cuts.offset.detach()):
        assert start.abs().max() <= START
        assert start.std() == pytest.approx(START / math.sqrt(3), rel=0.02)
    assert not torch.equal(cuts.slope[0], cuts.slope[1])


def test_starts_follow_the_generator_alone():
    torch.manual_seed(0)
    first = _cuts(seed=7)
    torch.manual_seed(1)
    assert torch.equal(first.slope, _cuts(seed=7).slope)
    assert not torch.equal(first.slope, _cuts(seed=8).slope)


def test_importance_starts_equal_and_sums_to_one():
    cuts = _cuts()
    assert torch.allclose(cuts.importance(), torch.full((2, 3), 1 / 3))
    with torch.no_grad():
        cuts.theta.copy_(torch.tensor([[5.0, -3.0, 0.0], [0.1, 0.2, 0.3]]))
    assert torch.allclose(cuts.importance().sum(-1), torch.ones(2))


def test_standardised():
    x = torch.tensor([[90.0, 0.4, 2.0]])
    assert torch.allclose(_cuts().standardised(x), torch.tensor([[1.0, -1.0, 0.0]]))


def test_every_event_meets_the_neuron_of_its_side():
    cuts = _cuts(repeats=1)
    z = torch.tensor([[1.0, -1.0, 0.5], [-2.0, 2.0, 0.0]])
    above = torch.tensor([[True, False, True], [False, True, False]])
    logits = cuts(z, above).detach()
    slope, offset = cuts.slope[0].tolist(), cuts.offset[0].tolist()
    assert logits.shape == (1, 2, 3)
    for n in range(2):
        for i in range(3):
            side = int(above[n, i])
            expected = slope[side][i] / 3 * float(z[n, i]) + offset[side][i]
            assert float(logits[0, n, i]) == pytest.approx(expected, abs=1e-6)


def test_a_gradient_reaches_every_parameter():
    cuts = _cuts()
    z = torch.tensor([[1.0, -1.0, 0.5], [-2.0, 2.0, -0.3]])
    (cuts(z, z > 0) ** 2).sum().backward()
    for name, parameter in cuts.named_parameters():
        assert parameter.grad is not None, name
        assert (parameter.grad != 0).all(), name


def test_effective_slopes_act_as_set():
    cuts = _cuts()
    with torch.no_grad():
        cuts.theta.copy_(torch.tensor([[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]))
    effective = torch.arange(24, dtype=torch.float64).reshape(2, 2, 3, 2) / 10
    cuts.set_effective(effective)
    z, above = torch.ones(1, 3), torch.ones(1, 3, dtype=torch.bool)
    expected = (effective[:, 1, :, 0] + effective[:, 1, :, 1]).float()
    assert torch.allclose(cuts(z, above)[:, 0], expected)


def test_effective_slopes_are_those_that_were_set():
    cuts = _cuts()
    effective = torch.arange(24, dtype=torch.float64).reshape(2, 2, 3, 2) / 10
    cuts.set_effective(effective)
    assert cuts.effective().dtype == torch.float64
    assert torch.allclose(cuts.effective(), effective, atol=1e-6)


def test_the_nominal_cut_of_one_observable_acts_alike():
    cuts = _cuts()
    one = cuts.nominal(slice(1, 2))
    x = torch.tensor([[0.0, 0.3, 0.0], [0.0, 0.9, 0.0]])
    z, above = cuts.standardised(x), x > cuts.centers
    alone = one(one.standardised(x[:, 1:2]), x[:, 1:2] > one.centers)
    assert torch.allclose(alone, cuts(z, above)[:1, :, 1:2], atol=1e-6)
    assert torch.allclose(cuts.nominal().effective(), cuts.effective()[:1])


def test_setting_the_importance_changes_no_score():
    cuts = _cuts(repeats=1)
    z = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    before = cuts(z, z > 0)
    cuts.set_importance(torch.tensor([[0.7, 0.3, 0.0]]))
    assert torch.allclose(cuts.importance(), torch.tensor([[0.7, 0.3, 0.0]]), atol=2 * SMALLEST)
    assert torch.allclose(cuts(z, z > 0), before, atol=1e-5)


def test_state_survives_saving(tmp_path):
    cuts, other = _cuts(seed=1), _cuts(seed=2)
    torch.save(cuts.state_dict(), tmp_path / "cuts.pt")
    other.load_state_dict(torch.load(tmp_path / "cuts.pt", weights_only=True))
    z = torch.ones(1, 3)
    assert torch.equal(cuts(z, z > 0), other(z, z > 0))
    assert torch.equal(other.centers, cuts.centers)
