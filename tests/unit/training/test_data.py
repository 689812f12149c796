from __future__ import annotations

import pytest
import torch

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.training import data as data_module
from coffea_lcf.training.columns import Columns
from coffea_lcf.training.data import TrainingData, training_data


@pytest.fixture
def data() -> TrainingData:
    """Four events around the center 2 of the first and 0 of the second observable."""
    cuts = LearnableCuts(
        torch.tensor([1.0, 0.0]),
        torch.tensor([2.0, 1.0]),
        torch.tensor([2.0, 0.0]),
        1,
        torch.Generator(),
    )
    x = torch.tensor([[1.0, -1.0], [2.0, 1.0], [3.0, 0.0], [5.0, 2.0]])
    return TrainingData(x, torch.tensor([1.0, 0, 1, 0]), torch.tensor([1.0, 2, 3, 4]), cuts)


def test_a_batch_by_hand(data):
    batch = data.batch(slice(0, 3))
    assert batch.z.tolist() == [[0.0, -1.0], [0.5, 1.0], [1.0, 0.0]]
    assert batch.above.tolist() == [[False, False], [False, True], [True, False]]
    assert batch.label.tolist() == [[1.0], [0.0], [1.0]]


def test_an_event_on_a_center_belongs_to_no_neuron(data):
    weight = data.batch(slice(0, 4)).weight
    assert weight.tolist() == [[1.0, 1.0], [0.0, 2.0], [3.0, 0.0], [4.0, 4.0]]


def test_chunks_cover_every_event_once(data):
    sizes = [len(batch.x) for batch in data.chunks(3)]
    assert sizes == [3, 1]
    together = torch.cat([batch.x for batch in data.chunks(3)])
    assert torch.equal(together, data.x)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
def test_batches_are_the_same_events_in_steps(data, size, monkeypatch):
    # a chunk of fewer events than there are, and of no whole number of batches
    monkeypatch.setattr(data_module, "CHUNK", 3)
    monkeypatch.setattr(TrainingData.chunks, "__defaults__", (3,))
    batches = list(data.batches(size))
    assert [len(batch.x) for batch in batches[:-1]] == [size] * (len(batches) - 1)
    assert 0 < len(batches[-1].x) <= size
    whole = data.batch(slice(None))
    for name in ("x", "z", "above", "label", "weight"):
        together = torch.cat([getattr(batch, name) for batch in batches])
        assert torch.equal(together, getattr(whole, name)), name


def test_shuffled_keeps_rows_together(data):
    shuffled = data.shuffled(torch.tensor([3, 1, 0, 2]))
    assert shuffled.x[:, 0].tolist() == [5.0, 2.0, 1.0, 3.0]
    assert shuffled.label.tolist() == [0.0, 0.0, 1.0, 1.0]
    assert shuffled.weight.tolist() == [4.0, 2.0, 1.0, 3.0]


def test_replicas_have_weights_of_their_own(data):
    weight = torch.stack((data.weight, 2 * data.weight))
    replicas = TrainingData(data.x, data.label, weight, data.cuts)
    assert replicas.batch(slice(0, 2)).weight.shape == (2, 2, 2)
    shuffled = replicas.shuffled(torch.tensor([3, 1, 0, 2]))
    assert shuffled.weight[1].tolist() == [8.0, 4.0, 2.0, 6.0]


def test_training_data_are_the_columns_row_by_row(data):
    events = Columns((data.x[:, 0], data.x[:, 1]), data.label, data.weight)
    rows = training_data(events, data.cuts)
    for name in ("x", "label", "weight"):
        assert torch.equal(getattr(rows, name), getattr(data, name)), name
