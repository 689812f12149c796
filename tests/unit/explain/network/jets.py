"""Small taggers and labelled jets that tests of explanations share."""

from __future__ import annotations

import torch

from coffea_lcf.training.tagger import LabelledJets
from tests.unit.models.taggers import jets


def labelled_jets(count: int, seed: int = 0) -> LabelledJets:
    """Return jets in float64, every second one signal."""
    p4, mask = jets(count, seed=seed)
    label = (torch.arange(count) % 2 == 0).double()
    return LabelledJets((p4, mask), label, torch.ones(count, dtype=torch.float64))
