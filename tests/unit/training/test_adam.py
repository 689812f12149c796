from __future__ import annotations

import pytest
import torch

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.losses import masked_bce
from coffea_lcf.cuts.strategies import Parallel, Sequential
from coffea_lcf.training.adam import Adam
from coffea_lcf.training.monitor import mean_loss
from coffea_lcf.training.newton import Newton

FAST = Adam(learning_rate=0.05, batch_size=1000, epochs=3)


def _never_stop(step):
    return False


def _generator(seed=1):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()], ids=lambda one: one.name)
def test_the_loss_falls_and_every_parameter_moves(two_classes, prepared, strategy):
    cuts, data = prepared(two_classes, repeats=2)
    before = {name: value.clone() for name, value in cuts.state_dict().items()}
    start = mean_loss(cuts, data, Parallel(), 0.5)
    FAST.train(cuts, data, strategy, 0.5, _generator(), _never_stop)
    assert (mean_loss(cuts, data, Parallel(), 0.5) < start).all()
    for name, _ in cuts.named_parameters():
        assert (cuts.state_dict()[name] != before[name]).all(), name
    for name, _ in cuts.named_buffers():
        assert torch.equal(cuts.state_dict()[name], before[name]), name


def _by_autograd(cuts, data, strategy, generator):
    """Train as `FAST` does, with the graph of the loss itself."""
    optimiser = torch.optim.Adam(cuts.parameters(), lr=FAST.learning_rate)
    for _ in range(FAST.epochs):
        shuffled = data.shuffled(torch.randperm(data.rows, generator=generator))
        for batch in shuffled.chunks(FAST.batch_size):
            gate = strategy.gate(cuts, batch.x, 0.5)
            optimiser.zero_grad()
            logits = cuts(batch.z, batch.above)
            masked_bce(logits, batch.label, batch.weight, gate).sum().backward()
            optimiser.step()


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()], ids=lambda one: one.name)
def test_every_step_follows_the_gradient_of_the_loss(two_classes, prepared, strategy):
    cuts, data = prepared(two_classes, repeats=2)
    other, other_data = prepared(two_classes, repeats=2)
    FAST.train(cuts, data, strategy, 0.5, _generator(), _never_stop)
    _by_autograd(other, other_data, strategy, _generator())
    for name, parameter in cuts.named_parameters():
        assert torch.allclose(parameter, getattr(other, name), atol=1e-4), name


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()], ids=lambda one: one.name)
def test_adam_approaches_the_boundaries_of_newton(two_classes, prepared, strategy):
    table = two_classes.only(("peak", "shift"))
    hard = []
    for optimiser in (Newton(), Adam(learning_rate=0.1, batch_size=4000, epochs=400)):
        cuts, data = prepared(table)
        optimiser.train(cuts, data, strategy, 0.5, _generator(), _never_stop)
        hard.append(harden(cuts))
    newton, adam = hard
    assert torch.equal(newton.edge, adam.edge)
    assert torch.allclose(newton.lower, adam.lower, atol=0.02)
    assert torch.allclose(newton.upper, adam.upper, atol=0.02)


def test_the_shuffle_follows_its_generator(two_classes, prepared):
    states = []
    for seed in (1, 1, 2):
        cuts, data = prepared(two_classes)
        FAST.train(cuts, data, Parallel(), 0.5, _generator(seed), _never_stop)
        states.append(cuts.slope.detach().clone())
    assert torch.equal(states[0], states[1])
    assert not torch.equal(states[0], states[2])


def test_repeats_are_independent_fits(two_classes, prepared):
    """A repeat ends where it would alone: the loss is a sum over repeats."""
    both, data = prepared(two_classes, repeats=2)
    alone, data_alone = prepared(two_classes, repeats=1, seed=9)
    with torch.no_grad():
        for name in ("slope", "offset", "theta"):
            getattr(alone, name).copy_(getattr(both, name)[:1])
    FAST.train(both, data, Sequential(), 0.5, _generator(), _never_stop)
    FAST.train(alone, data_alone, Sequential(), 0.5, _generator(), _never_stop)
    assert torch.allclose(both.slope[:1], alone.slope, atol=1e-4)
    assert not torch.allclose(both.slope[1:], alone.slope, atol=1e-1)


@pytest.mark.parametrize(("last", "expected"), [(9, [0, 1, 2, 3]), (2, [0, 1, 2])])
def test_the_start_and_each_epoch_are_recorded_until_told_to_stop(
    two_classes, prepared, last, expected
):
    cuts, data = prepared(two_classes)
    epochs = []

    def record(step):
        epochs.append(step)
        return step == last

    FAST.train(cuts, data, Parallel(), 0.5, _generator(), record)
    assert epochs == expected


def test_repeats_see_the_same_weights_and_the_lowest_loss_counts():
    weight = torch.ones(5)
    assert FAST.replicas(weight, torch.ones(()), 3, _generator()) is weight
    assert FAST.nominal(torch.tensor([0.3, 0.1, 0.2])) == 1


def test_adam_learns_from_every_event():
    (sample,) = FAST.samples(torch.ones(3).bool().numpy(), 0)
    assert (sample.rows, sample.stands) == (slice(None), 1.0)
