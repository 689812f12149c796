from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from coffea_lcf.cuts.harden import crossings
from coffea_lcf.cuts.strategies import Parallel, Sequential
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.monitor import mean_loss
from coffea_lcf.training.newton import Newton


def _never_stop(step):
    return False


def _train(cuts, data, strategy, newton=None, record=_never_stop):
    (newton or Newton()).train(cuts, data, strategy, 0.5, torch.Generator(), record)


def _oracle(data, strategy, cuts, i, side):
    """Return slope and offset of one neuron by scikit-learn's unpenalised regression."""
    batch = data.batch(slice(None))
    weight = batch.weight[:, i]
    gate = strategy.gate(cuts, batch.x, 0.5)
    if gate is not None:
        weight = weight * gate[0, :, i]
    rows = (batch.above[:, i] == bool(side)) & (weight > 0)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    z = batch.z[rows, i : i + 1].double().numpy()
    model.fit(z, batch.label[rows, 0].numpy(), sample_weight=weight[rows].numpy())
    return float(model.coef_[0, 0]), float(model.intercept_[0])


@pytest.fixture(scope="module")
def weighted(two_classes):
    weight = np.random.default_rng(1).gamma(2.0, size=len(two_classes))
    return ObservableTable.from_arrays(two_classes.columns, two_classes.label, weight)


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()], ids=lambda one: one.name)
def test_every_neuron_is_a_logistic_regression(weighted, prepared, strategy):
    cuts, data = prepared(weighted)
    _train(cuts, data, strategy)
    slope = (cuts.slope * cuts.importance().unsqueeze(1))[0].tolist()
    offset = cuts.offset[0].tolist()
    for i in range(len(weighted.names)):
        for side in (0, 1):
            expected = _oracle(data, strategy, cuts, i, side)
            assert (slope[side][i], offset[side][i]) == pytest.approx(expected, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()], ids=lambda one: one.name)
def test_the_gradient_of_the_loss_vanishes(two_classes, prepared, strategy):
    cuts, data = prepared(two_classes)
    _train(cuts, data, strategy)
    batch = data.batch(slice(None))
    residual = torch.sigmoid(cuts(batch.z, batch.above)) - batch.label
    gate = strategy.gate(cuts, batch.x, 0.5)
    residual = residual * batch.weight * (1 if gate is None else gate)
    for rows in (batch.above, ~batch.above):
        assert (residual * rows).sum(1).abs().max() / data.rows < 1e-5
        assert (residual * batch.z * rows).sum(1).abs().max() / data.rows < 1e-5


def test_random_starts_do_not_matter(two_classes, prepared):
    boundaries = []
    for seed in (1, 2):
        cuts, data = prepared(two_classes, seed=seed)
        _train(cuts, data, Parallel())
        boundaries.append(crossings(cuts, 0.5)[0].detach())
    assert torch.allclose(*boundaries)


def test_the_loss_never_rises_for_parallel_cuts(two_classes, prepared):
    cuts, data = prepared(two_classes)
    losses = []

    def record(step):
        losses.append(float(mean_loss(cuts, data, Parallel(), 0.5)))
        return False

    _train(cuts, data, Parallel(), record=record)
    assert len(losses) < 15
    assert np.all(np.diff(losses) < 1e-9)


def test_training_ends_when_told(two_classes, prepared):
    cuts, data = prepared(two_classes)
    steps = []

    def record(step):
        steps.append(step)
        return step == 2

    _train(cuts, data, Parallel(), record=record)
    assert steps == [0, 1, 2]


def test_training_ends_after_its_steps(two_classes, prepared):
    cuts, data = prepared(two_classes)
    steps = []
    _train(cuts, data, Parallel(), Newton(max_steps=1, tolerance=0.0), steps.append)
    # the start, one step, and one more for each of the three observables
    assert steps == [0, 1, 2, 3, 4]


def test_separable_events_give_a_finite_cut_between_the_classes(prepared):
    x = np.concatenate([np.linspace(0, 1, 50), np.linspace(2, 3, 50)])
    cuts, data = prepared(ObservableTable.from_arrays({"x": x}, x > 1.5))
    _train(cuts, data, Parallel())
    lower = crossings(cuts, 0.5)[0].flatten().tolist()[0]
    assert torch.isfinite(cuts.slope).all()
    assert 1.0 < lower < 2.0


def test_a_neuron_without_events_stays_at_rest(prepared):
    table = ObservableTable.from_arrays({"x": [1.0, 2.0, 3.0, 4.0]}, [0, 1, 0, 1])
    cuts, data = prepared(table)
    cuts.centers.fill_(10.0)
    _train(cuts, data, Parallel())
    assert torch.isfinite(cuts.slope).all()
    assert cuts.slope[0, 1].tolist() == cuts.offset[0, 1].tolist() == [0.0]


def test_negative_weights_reach_the_minimum_too(prepared):
    random = np.random.default_rng(2)
    label = np.arange(6000) % 2
    weight = np.where(random.random(6000) < 0.15, -1.0, 1.0)
    x = random.normal(label * 2.0, 1.0)
    cuts, data = prepared(ObservableTable.from_arrays({"x": x}, label, weight))
    _train(cuts, data, Parallel())
    batch = data.batch(slice(None))
    residual = (torch.sigmoid(cuts(batch.z, batch.above)) - batch.label) * batch.weight
    for rows in (batch.above, ~batch.above):
        assert (residual * rows).mean().abs() < 1e-4


def test_replicas_are_the_events_and_their_bootstraps():
    weight = torch.arange(1.0, 2001.0)
    replicas = Newton().replicas(weight, torch.ones(()), 3, torch.Generator().manual_seed(1))
    assert torch.equal(replicas[0], weight)
    counts = replicas[1:] / weight
    assert torch.equal(counts, counts.round())
    assert counts.mean() == pytest.approx(1.0, abs=0.05)
    assert counts.var() == pytest.approx(1.0, abs=0.1)
    assert not torch.equal(counts[0], counts[1])


def test_a_row_that_stands_for_many_varies_as_their_sum():
    stands = torch.tensor([1.0, 100.0]).repeat_interleave(5000)
    replicas = Newton().replicas(torch.ones(10_000), stands, 3, torch.Generator().manual_seed(1))
    single, hundred = replicas[1:].split(5000, 1)
    assert single.var() == pytest.approx(1.0, rel=0.1)
    assert hundred.mean() == pytest.approx(1.0, abs=0.005)
    assert hundred.var() == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize(("rows", "sizes"), [(100, [slice(None)]), (101, [40, slice(None)])])
def test_only_fits_of_many_events_start_on_a_sample(rows, sizes):
    label = np.arange(rows) % 2 == 0
    found = [sample.rows for sample in Newton(whole=100, start=40).samples(label, seed=0)]
    assert [one if isinstance(one, slice) else len(one) for one in found] == sizes


def test_the_events_as_they_are_count():
    assert Newton().nominal(torch.tensor([3.0, 1.0])) == 0
