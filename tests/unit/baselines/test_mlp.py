from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from coffea_lcf.baselines import BASELINES, MLP
from coffea_lcf.baselines.network import Events, descend, perceptron
from coffea_lcf.errors import FitError
from coffea_lcf.table import concatenate


def test_the_preset_is_the_recipe_of_the_paper():
    paper = BASELINES["paper-mlp"]
    assert paper == MLP((16, 32, 64, 32, 16), 1e-3, 512, 200, 0.0, None, name="MLP of the paper")


def test_layers_and_start():
    torch.manual_seed(7)
    expected_next = torch.rand(1)
    torch.manual_seed(7)
    network = perceptron(6, (16, 32, 64, 32, 16), seed=1)
    shapes = [tuple(p.shape) for name, p in network.named_parameters() if name.endswith("weight")]
    assert shapes == [(16, 6), (32, 16), (64, 32), (32, 64), (16, 32), (1, 16)]
    assert torch.equal(torch.rand(1), expected_next)
    again = perceptron(6, (16, 32, 64, 32, 16), seed=1)
    assert all(map(torch.equal, network.parameters(), again.parameters()))


def test_a_gradient_reaches_every_parameter():
    network = perceptron(2, (8, 8), seed=0)
    _events(64, seed=0).loss(network, slice(None)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_the_loss_is_weighted():
    network = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(network.weight)
    torch.nn.init.constant_(network.bias, 1.0)
    events = Events(torch.zeros(2, 1), torch.tensor([[1.0], [0.0]]), torch.tensor([[3.0], [1.0]]))
    expected = (3 * np.log1p(np.exp(-1.0)) + np.log1p(np.exp(1.0))) / 2
    assert events.loss(network, slice(None)).item() == pytest.approx(expected)


def test_training_ends_in_the_state_of_the_lowest_held_out_loss():
    training, held_out = _events(64, seed=0), _events(64, seed=1)
    stopped, patient, blind = (perceptron(2, (32, 32), seed=0) for _ in range(3))
    settings = {"learning_rate": 1e-2, "batch_size": 16, "epochs": 60, "seed": 0}
    descend(stopped, training, held_out, patience=5, **settings)
    descend(patient, training, held_out, patience=None, **settings)
    descend(blind, training, None, patience=None, **settings)
    losses = [held_out.loss(net, slice(None)).item() for net in (patient, stopped, blind)]
    assert losses[0] <= losses[1] < losses[2]


def test_weights_count_with_their_sign(two_classes):
    # wrong labels with weights that cancel; full batches, so that they do so in every step
    wrong = replace(two_classes, label=~two_classes.label)
    cancelling = concatenate(
        [two_classes, wrong, replace(wrong, weight=-wrong.weight)],
    )
    settings = MLP(epochs=30, batch_size=100_000, validation_fraction=0.0, patience=None)
    clean, mixed = (settings.fit(table)(two_classes) for table in (two_classes, cancelling))
    assert np.corrcoef(clean, mixed)[0, 1] > 0.99
    assert clean.std() > 0.1


def test_a_constant_observable_is_named(two_classes):
    constant = replace(
        two_classes, columns={**two_classes.columns, "noise": np.ones(4000, np.float32)}
    )
    with pytest.raises(FitError, match=r"'noise' is 1\.0 in every event"):
        MLP(epochs=1).fit(constant)


def _events(rows: int, seed: int) -> Events:
    """Return labels that the observables hardly tell, so that training overfits."""
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(rows, 2, generator=generator)
    label = (z[:, :1] + 3 * torch.randn(rows, 1, generator=generator) > 0).float()
    return Events(z, label, torch.ones(rows, 1))
