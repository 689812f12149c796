from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.errors import FitError
from coffea_lcf.models.build import new_multibody
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.on_columns import TrainingColumns, train_on_columns
from coffea_lcf.training.tagger import labelled, train_tagger

RECIPE = NetworkRecipe(epochs=2, batch_size=20)


@pytest.fixture
def events() -> TrainingColumns:
    random, label = np.random.default_rng(0), np.arange(60) % 2 == 0
    columns = {"a": random.normal(size=60) + label, "b": random.normal(size=60)}
    return TrainingColumns(ObservableTable.from_arrays(columns, label, np.linspace(0.5, 1.5, 60)))


def test_the_share_for_validation_is_of_both_labels(events: TrainingColumns) -> None:
    learned, unseen = events.split(0.2, seed=4)
    assert unseen is not None
    assert (len(learned), len(unseen), unseen.table.label.sum()) == (48, 12, 6)
    assert not set(learned.table.weight) & set(unseen.table.weight)
    assert events.split(0.0, seed=4) == (events, None)


def test_no_share_of_few_events(events: TrainingColumns) -> None:
    few = TrainingColumns(events.table.select(slice(0, 3)))
    learned, unseen = few.split(0.1, seed=1)
    assert (len(learned), unseen) == (3, None)


def test_columns_are_learned_in_their_order(events: TrainingColumns) -> None:
    learned, unseen = events.split(0.2, seed=4)
    assert unseen is not None
    found, expected = (new_multibody(["a", "b"], {"hidden": [4]}, seed=1) for _ in range(2))
    history = train_on_columns(found, learned, unseen, RECIPE, seed=7)
    training, held_out = (
        labelled(np.stack([one.table["a"], one.table["b"]], 1), one.table.label, one.table.weight)
        for one in (learned, unseen)
    )
    assert history == train_tagger(expected, training, RECIPE, held_out=held_out, seed=7)
    for name, value in expected.state_dict().items():
        assert torch.equal(found.state_dict()[name], value)


def test_both_labels_are_needed(events: TrainingColumns) -> None:
    alone = TrainingColumns(events.table.select(events.table.label))
    with pytest.raises(FitError, match="30 of 30 jets are signal: both are needed"):
        train_on_columns(new_multibody(["a", "b"]), alone, None, RECIPE)
