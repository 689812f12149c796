from __future__ import annotations

import numpy as np
import pytest
import torch

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.data import TrainingData


@pytest.fixture
def prepared():
    """Return a function from a table to its cuts and training data, as `fit` makes them."""
    return _prepared


def _prepared(
    table: ObservableTable, repeats: int = 1, seed: int = 0
) -> tuple[LearnableCuts, TrainingData]:
    generator = torch.Generator().manual_seed(seed)
    cuts = LearnableCuts(
        *prepare.standardisation(table), prepare.centers(table), repeats, generator
    )
    weight = prepare.training_weights(table, "sample").astype(np.float32)
    data = TrainingData(
        torch.from_numpy(table.matrix()),
        torch.from_numpy(table.label.astype(np.float32)),
        torch.from_numpy(weight),
        cuts,
    )
    return cuts, data
