from __future__ import annotations

import pytest
import torch

from coffea_lcf.nn.lorentz.equivariance import deviation
from coffea_lcf.nn.lorentz.graph import LorentzGraph
from coffea_lcf.nn.lorentz.irreps import Irreps
from coffea_lcf.nn.lorentz.message_passing import LorentzMessagePassing, messages, neighbour_weight
from coffea_lcf.nn.lorentz.minkowski import dot
from tests.unit.nn.lorentz.conftest import CHANNELS


def graph(layers=2):
    torch.manual_seed(3)
    return LorentzGraph(layers, CHANNELS, bells=4, hidden=6).double()


def on(mask, scalars, factors):
    """Return a function of the momenta: graph on scalars and multiples of the momenta."""
    network = graph()

    def function(p4):
        start = Irreps(scalars, factors.unsqueeze(-1) * p4.unsqueeze(2)).masked(mask)
        return network(p4, start, mask)

    return function


def test_neighbour_weights_are_a_mean_over_the_others():
    mask = torch.tensor([[True, False, True, True]])
    third = 1.0 / 3.0
    assert neighbour_weight(mask, torch.float64)[0].tolist() == [
        [0.0, 0.0, third, third],
        [0.0] * 4,
        [third, 0.0, 0.0, third],
        [third, 0.0, third, 0.0],
    ]


def test_an_empty_jet_has_no_neighbours():
    weight = neighbour_weight(torch.zeros(1, 3, dtype=torch.bool), torch.float32)
    assert weight.abs().sum() == 0.0


def test_messages_are_the_sums_of_their_formula(jets, features):
    p4, mask = jets
    torch.manual_seed(0)
    filters = torch.randn(2, CHANNELS, *mask.shape, mask.shape[1], dtype=torch.float64)
    found = messages((filters[0], filters[1]), p4, features)
    s, v = features.scalars, features.vectors
    apart = p4.unsqueeze(2) - p4.unsqueeze(1)
    along = dot(apart.unsqueeze(3), v.unsqueeze(1))
    f0, f1 = filters.movedim(1, -1)
    scalars = [(f0 * s.unsqueeze(1)).sum(2), (f1 * along).sum(2)]
    weighted = (f1 * s.unsqueeze(1)).unsqueeze(-1) * apart.unsqueeze(3)
    vectors = [(f0.unsqueeze(-1) * v.unsqueeze(1)).sum(2), weighted.sum(2)]
    assert torch.allclose(found.scalars, torch.cat(scalars, -1))
    assert torch.allclose(found.vectors, torch.cat(vectors, 2))


@pytest.mark.parametrize("name", ["scalars", "vectors"])
def test_message_passing_is_equivariant(name, jets, features, frame):
    p4, mask = jets
    factors = torch.linspace(-1.0, 1.0, CHANNELS, dtype=torch.float64).expand(*mask.shape, -1)
    found = getattr(deviation(on(mask, features.scalars, factors), p4, frame), name)
    assert found.max() < 1e-8
    assert found.median() < 1e-10


def test_message_passing_is_symmetric_in_the_particles_and_the_empty_slots(jets, features):
    p4, mask = jets
    network = graph()
    order = torch.randperm(mask.shape[1], generator=torch.Generator().manual_seed(2))
    moved = network(
        p4[:, order], Irreps(features.scalars[:, order], features.vectors[:, order]), mask[:, order]
    )
    expected = network(p4, features, mask)
    assert torch.allclose(moved.scalars, expected.scalars[:, order], rtol=0, atol=1e-12)
    assert torch.allclose(moved.vectors, expected.vectors[:, order], rtol=1e-12, atol=1e-11)


def test_empty_slots_neither_send_nor_receive(jets, features):
    p4, mask = jets
    network = graph()
    expected = network(p4, features, mask)
    polluted = torch.where(mask.unsqueeze(-1), p4, 77.0)
    assert torch.equal(network(polluted, features, mask).scalars, expected.scalars)
    pad = (0, 0, 10, 0)
    padded = network(
        torch.nn.functional.pad(p4, pad),
        Irreps(
            torch.nn.functional.pad(features.scalars, pad),
            torch.nn.functional.pad(features.vectors, (0, 0, *pad)),
        ),
        torch.nn.functional.pad(mask, (10, 0)),
    )
    assert padded.scalars[:, :10].abs().sum() == 0.0
    assert torch.allclose(padded.scalars[:, 10:], expected.scalars, rtol=0, atol=1e-12)
    assert torch.allclose(padded.vectors[:, 10:], expected.vectors, rtol=1e-12, atol=1e-11)


def test_a_gradient_reaches_every_parameter(jets, features):
    network = graph()
    out = network(*jets[:1], features, jets[1])
    (out.scalars.square().sum() + out.vectors.square().sum()).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad.abs().max() > 0.0, name


def test_a_step_has_the_gradient_of_its_formula():
    torch.manual_seed(0)
    layer = LorentzMessagePassing(2, basis=3, hidden=3).double()
    mask = torch.tensor([[True, True, False, True]])
    shapes = [(3, 1, 4, 4), (1, 4, 4), (1, 4, 2), (1, 4, 2, 4)]
    inputs = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]

    def step(basis, p4, scalars, vectors):
        out = layer(basis, p4, Irreps(scalars, vectors), mask)
        return out.scalars, out.vectors

    assert torch.autograd.gradcheck(step, inputs)
